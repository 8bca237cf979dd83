import type { CommitFacts } from '../gitlab-ci/project-facts.ts';
import { describeCommit, describeRef, describeUser } from './describe-commit.ts';
import { describeProject, noBranch } from './describe-project.ts';
import { Git, type Env } from './git.ts';
import { parseRemoteUrl } from './remote-url.ts';
import type { WorkingCopy } from './working-copy.ts';
import type { Sources } from './sources.ts';

export interface UnfetchedSourcesOptions {
  /** In the place of origin's. */
  readonly repoUrl: string | undefined;
  readonly env: Env;
  readonly now: Date;
}

/**
 * What a job that fetches nothing is told of its project. It needs neither a commit nor a remote: what there is not is
 * empty, or zeros. Its script may still fetch from the URL, so that of origin is handed on where a Pod could use it.
 */
export async function unfetchedSources(copy: WorkingCopy, options: UnfetchedSourcesOptions): Promise<Sources> {
  const { repository, projectDir } = copy;
  const git = repository?.git ?? new Git(projectDir, options.env);
  const url = options.repoUrl ?? (await repository?.git.ask(['remote', 'get-url', 'origin']));
  return {
    facts: {
      ...repositoryFacts(url ?? ''),
      ...(await describeProject(copy)),
      ref: repository === undefined ? noBranch : await describeRef(repository),
      refspecs: [],
      commit: repository?.head === undefined ? noCommit(options.now) : await describeCommit(git, repository.head),
      user: await describeUser(git),
    },
    directories: [],
    notes: [],
  };
}

function repositoryFacts(url: string): { repoUrl: string; token?: string } {
  const remote = parseRemoteUrl(url);
  if (remote?.kind !== 'http') return { repoUrl: '' };
  return { repoUrl: url, ...(remote.token !== undefined && { token: remote.token }) };
}

function noCommit(now: Date): CommitFacts {
  return { sha: '0'.repeat(40), message: '', author: '', timestamp: now.toISOString() };
}
