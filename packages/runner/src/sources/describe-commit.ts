import type { CommitFacts } from '../gitlab-ci/project-facts.ts';
import type { Git } from './git.ts';
import type { Repository } from './working-copy.ts';

/** What git knows of a commit. */
export async function describeCommit(git: Git, commit: string): Promise<CommitFacts> {
  const text = await git.run(['log', '-1', '--no-show-signature', '--format=%H%x00%an <%ae>%x00%cI%x00%B', commit]);
  const [sha = '', author = '', timestamp = '', message = ''] = text.split('\0');
  return { sha, author, timestamp, message: `${message.trimEnd()}\n` };
}

/** The branch that is checked out; else the tag of HEAD; else a name that stands for no branch. */
export async function describeRef({ git }: Repository): Promise<{ name: string; type: 'branch' | 'tag' }> {
  const branch = await git.ask(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  if (branch !== undefined) return { name: branch, type: 'branch' };
  const tag = await git.ask(['describe', '--tags', '--exact-match', 'HEAD']);
  return tag === undefined ? { name: 'detached', type: 'branch' } : { name: tag, type: 'tag' };
}

/** The default branch as far as this copy knows: that of origin, else `main` or `master` where there is one. */
export async function describeDefaultBranch({ git }: Repository): Promise<string> {
  const remote = await git.ask(['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  if (remote !== undefined) return remote.replace(/^origin\//, '');
  for (const name of ['main', 'master']) {
    const found = await git.ask(['rev-parse', '--verify', '--quiet', `refs/heads/${name}`]);
    if (found !== undefined) return name;
  }
  return '';
}

/** Who works here, as git is configured. */
export async function describeUser(git: Git): Promise<{ name: string; email: string }> {
  const name = (await git.ask(['config', 'user.name'])) ?? '';
  const email = (await git.ask(['config', 'user.email'])) ?? '';
  return { name, email };
}
