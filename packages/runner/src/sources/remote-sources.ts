import { ConfigError } from '@podwright/core';
import { describeCommit, describeDefaultBranch, describeRef, describeUser } from './describe-commit.ts';
import { refspec } from './local-sources.ts';
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts';
import { countUncommitted, type Repository, type WorkingCopy } from './working-copy.ts';
import type { Sources } from './sources.ts';

/**
 * Sources that a Pod fetches over the network: HEAD, from origin or another URL.
 * @param repoUrl in the place of origin's
 * @throws ConfigError where there is no commit, or no URL that a Pod can fetch from
 */
export async function remoteSources({ projectDir, repository }: WorkingCopy, repoUrl?: string): Promise<Sources> {
  if (repository?.head === undefined) throw problem(projectDir, 'is not in a git repository with a commit');
  if (repository.prefix !== '') {
    throw problem(projectDir, 'is a part of a repository, and a Pod can only fetch the whole: use --local');
  }
  const { git, head } = repository;
  const url = repoUrl ?? (await git.ask(['remote', 'get-url', 'origin']));
  if (url === undefined) throw problem(projectDir, 'has no remote "origin": say where to fetch from with --repo-url');
  const remote = usableRemote(url);
  const ref = await describeRef(repository);
  const tracked = await git.ask(['rev-parse', '--verify', '--quiet', `refs/remotes/origin/${ref.name}`]);
  return {
    facts: {
      repoUrl: url,
      ...(remote.token !== undefined && { token: remote.token }),
      projectPath: remote.projectPath || 'local/project',
      serverUrl: remote.serverUrl,
      defaultBranch: await describeDefaultBranch(repository),
      ref,
      // By the commit itself where the branch has moved on: a shallow fetch of the branch might not reach it.
      refspecs: [ref.type === 'tag' || tracked === head ? refspec(ref) : `+${head}:refs/remotes/origin/${ref.name}`],
      commit: await describeCommit(git, head),
      user: await describeUser(git),
    },
    directories: [],
    notes: await stateNotes(repository, head, repoUrl === undefined),
  };
}

function usableRemote(url: string): RemoteUrl {
  const remote = parseRemoteUrl(url);
  if (remote === undefined)
    throw problem(url, 'is not the URL of a repository, such as https://host/group/project.git');
  if (remote.kind !== 'ssh') return remote;
  const https = `${remote.serverUrl}/${remote.projectPath}.git`;
  throw problem(url, `needs an SSH key, which a Pod does not have: use --repo-url, such as ${https}`);
}

async function stateNotes(repository: Repository, head: string, isOrigin: boolean): Promise<string[]> {
  const changes = await countUncommitted(repository);
  const uncommitted = changes === 0 ? [] : [`uncommitted changes (${changes}) are not part of the job`];
  if (!isOrigin) return uncommitted;
  const known = await repository.git.ask([
    'for-each-ref',
    '--count=1',
    `--contains=${head}`,
    'refs/remotes',
    'refs/tags',
  ]);
  if (known !== undefined && known !== '') return uncommitted;
  return [...uncommitted, `commit ${head.slice(0, 8)} is on no remote branch that this copy knows of: push it first`];
}

function problem(path: string, message: string): ConfigError {
  return new ConfigError('sources', [{ path: withoutPassword(path), message, kind: 'invalid' }]);
}

/** Up to the last `@`: a password that is not encoded may have any character in it. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/is, '$1');
}
