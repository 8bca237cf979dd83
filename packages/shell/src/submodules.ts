import { quote, quoteAll } from './quote.ts';
import { notice, warning } from './script-lines.ts';
import type { SourceOptions } from './source-options.ts';

/** The end of `get_sources`: brings the submodules to the commits that the sources name. */
export function submoduleLines({ submodules, cleanFlags, skipLfs }: SourceOptions): string[] {
  const { strategy, depth, paths, updateFlags } = submodules;
  if (strategy === 'none') return [notice('Skipping Git submodules setup')];
  const recursive = strategy === 'recursive' ? ['--recursive'] : [];
  const only = paths.length === 0 ? [] : ['--', ...paths];
  const depthFlags = depth > 0 ? ['--depth', String(depth)] : [];
  const update = git('submodule', 'update', '--init', ...recursive, ...depthFlags, ...updateFlags, ...only);
  const sync = git('submodule', 'sync', '--quiet', ...recursive, ...only);
  const each = (command: string): string => git('submodule', '--quiet', 'foreach', ...recursive, command);
  const clean = cleanFlags === undefined ? [] : [each(`git clean ${quoteAll(cleanFlags)}`)];
  const heads = each("git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'");
  return [
    notice(`Updating/initializing submodules${recursive.length > 0 ? ' recursively' : ''}${suffix(depth)}...`),
    git('submodule', 'init'),
    sync,
    ...clean,
    each('git reset --hard --quiet'),
    `if ! ${update}; then`,
    // An address may have changed since an earlier job on this volume.
    `  ${warning('Updating submodules failed. Retrying...')}`,
    // The branch that --remote asks for may not be the one that was fetched.
    ...(updateFlags.includes('--remote') ? [`  ${heads}`] : []),
    ...[sync, each('git reset --hard --quiet'), update].map((line) => `  ${line}`),
    'fi',
    ...clean,
    ...(skipLfs ? [] : ['if git lfs version >/dev/null 2>&1; then', `  ${each('git lfs pull')}`, 'fi']),
  ];
}

function suffix(depth: number): string {
  return depth > 0 ? ` with git depth set to ${depth}` : '';
}

function git(...words: readonly string[]): string {
  return `git ${words.map((word) => (/^[\w.-]+$/.test(word) ? word : quote(word))).join(' ')}`;
}
