import type { PlanRequest } from '@podwright/core';
import { cacheFile, type PlannedCache } from './cache-plan.ts';
import { cacheScript } from './cache-script.ts';
import { expandedOptions, helperCommand, option, withHelperProgram } from './helper-command.ts';
import { notice, warning } from './script-lines.ts';

/** The script of `archive_cache` and `archive_cache_on_failure`. It does not fail. */
export function archiveCacheScript(caches: readonly PlannedCache[], request: PlanRequest): string {
  return cacheScript(caches, request, (cache, minutes) => archiveLines(cache, request, minutes));
}

function archiveLines(cache: PlannedCache, request: PlanRequest, minutes: number): string[] {
  const { key, policy, paths, untracked } = cache;
  if (key === undefined) return [notice('Skipping cache archiving due to empty cache key')];
  if (policy === 'pull') return [notice(`Not uploading cache ${key} due to policy`)];
  const put = request.cacheUrls?.get(key)?.put;
  const headers = Object.entries(put?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const words = [
    ...option('file', cacheFile(key, request.paths)),
    ...option('timeout', minutes),
    ...expandedOptions('path', paths, request.variables),
    ...(untracked ? ['--untracked'] : []),
    ...option('url', put?.url),
    ...option('max-uploaded-archive-size', put?.maxBytes),
    ...headers.flatMap((header) => option('header', header)),
  ];
  return withHelperProgram('Creating cache', [
    notice(`Creating cache ${key}...`),
    `if ${helperCommand('cache-archiver', words)}; then`,
    notice('Created cache'),
    'else',
    warning('Failed to create cache'),
    'fi',
  ]);
}
