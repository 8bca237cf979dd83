import type { PlanRequest } from '@podwright/core';
import { quote, quoteAll } from './quote.ts';
import { repositoryUrl } from './repository-url.ts';
import { notice } from './script-lines.ts';
import type { SourceOptions } from './source-options.ts';

/**
 * Makes the repository with `git clone`, which unlike `git fetch` takes `GIT_CLONE_EXTRA_FLAGS`.
 * @param template folder whose `config` has the settings for the repository, but no remote
 * @param otherwise fetches in an empty folder, where this git cannot clone the job's ref: git 2.49 is needed for `refs/…`
 * @param fetch gets the job's commit, when its branch has moved on and is not cloned in full
 */
export function cloneLines(
  request: PlanRequest,
  options: SourceOptions,
  template: string,
  { otherwise, fetch }: { otherwise: readonly string[]; fetch: readonly string[] },
): string[] {
  const { projectDir } = request.paths;
  const { ref, depth, sha } = request.payload.git_info;
  const url = repositoryUrl(request).clean;
  const isFullName = ref.startsWith('refs/');
  const which = ref === '' ? [] : [isFullName ? '--revision' : '--branch', ref];
  const depthFlags = depth > 0 ? ['--depth', String(depth)] : [];
  const words = [
    '--no-checkout',
    '--template',
    template,
    ...depthFlags,
    ...which,
    ...options.cloneFlags,
    url,
    projectDir,
  ];
  const what = `${ref === '' ? '' : ` for ${ref}`}${depth > 0 ? ` with git depth set to ${depth}` : ''}`;
  const clone = [
    notice(`Cloning repository${what}...`),
    `git -c http.userAgent=podwright -c advice.detachedHead=false clone ${quoteAll(words)}`,
    `cd ${quote(projectDir)}`,
    `if ! git cat-file -e ${quote(`${sha}^{commit}`)} 2>/dev/null; then`,
    ...fetch,
    'fi',
  ];
  if (!isFullName) return clone;
  return ['case $(git clone -h 2>&1) in', '*--revision*)', ...clone, ';;', '*)', ...otherwise, ';;', 'esac'];
}
