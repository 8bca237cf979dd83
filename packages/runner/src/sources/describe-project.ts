import { basename } from 'node:path';
import type { ProjectFacts } from '../gitlab-ci/project-facts.ts';
import { describeDefaultBranch } from './describe-commit.ts';
import { parseRemoteUrl } from './remote-url.ts';
import type { WorkingCopy } from './working-copy.ts';

/** What stands for the branch where there is no repository. */
export const noBranch = { name: 'main', type: 'branch' as const };

/** Names of the project as origin has them; made of the directory's name where there is no origin, or the project is a part of it. */
export async function describeProject(
  copy: WorkingCopy,
): Promise<Pick<ProjectFacts, 'projectPath' | 'serverUrl' | 'defaultBranch'>> {
  const nameless = { projectPath: `local/${basename(copy.projectDir) || 'project'}`, serverUrl: 'http://localhost' };
  if (copy.repository === undefined) return { ...nameless, defaultBranch: noBranch.name };
  const defaultBranch = await describeDefaultBranch(copy.repository);
  const origin = await copy.repository.git.ask(['remote', 'get-url', 'origin']);
  const remote = origin === undefined ? undefined : parseRemoteUrl(origin);
  const isWhole = copy.repository.prefix === '';
  if (!isWhole || remote === undefined || remote.kind === 'other' || remote.projectPath === '') {
    return { ...nameless, defaultBranch };
  }
  return { projectPath: remote.projectPath, serverUrl: remote.serverUrl, defaultBranch };
}
