import type { JobPayload } from '@podwright/core';
import { quote, quoteAll } from './quote.ts';
import { notice, warning } from './script-lines.ts';
import type { SourceOptions } from './source-options.ts';

/** The end of `get_sources`: brings the submodules to the commits that the sources name. */
export function submoduleLines(options: SourceOptions, { depth }: JobPayload['git_info']): string[] {
  if (options.submodules === 'none') return [notice('Skipping Git submodules setup')];
  const recursive = options.submodules === 'recursive' ? ['--recursive'] : [];
  const update = git('submodule', 'update', '--init', ...recursive, ...(depth > 0 ? ['--depth', String(depth)] : []));
  const sync = git('submodule', 'sync', '--quiet', ...recursive);
  const each = (command: string): string => git('submodule', '--quiet', 'foreach', ...recursive, command);
  const clean = options.cleanFlags === undefined ? [] : [each(`git clean ${quoteAll(options.cleanFlags)}`)];
  return [
    notice(`Updating/initializing submodules${recursive.length > 0 ? ' recursively' : ''}${suffix(depth)}...`),
    git('submodule', 'init'),
    sync,
    ...clean,
    each('git reset --hard --quiet'),
    `if ! ${update}; then`,
    // An address may have changed since an earlier job on this volume.
    `  ${warning('Updating submodules failed. Retrying...')}`,
    ...[sync, each('git reset --hard --quiet'), update].map((line) => `  ${line}`),
    'fi',
    ...clean,
    ...(options.skipLfs ? [] : ['if git lfs version >/dev/null 2>&1; then', `  ${each('git lfs pull')}`, 'fi']),
  ];
}

function suffix(depth: number): string {
  return depth > 0 ? ` with git depth set to ${depth}` : '';
}

function git(...words: readonly string[]): string {
  return `git ${words.map((word) => (/^[\w.-]+$/.test(word) ? word : quote(word))).join(' ')}`;
}
