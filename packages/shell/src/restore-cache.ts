import type { PlanRequest } from '@podwright/core';
import { cacheFile, type PlannedCache } from './cache-plan.ts';
import { cacheScript } from './cache-script.ts';
import { helperCommand, option, withHelperProgram } from './helper-command.ts';
import { notice, warning } from './script-lines.ts';

/** The script of `restore_cache`. It does not fail: what is not there was not cached yet. */
export function restoreCacheScript(caches: readonly PlannedCache[], request: PlanRequest): string {
  return cacheScript(caches, request, (cache, minutes) => restoreLines(cache, request, minutes));
}

function restoreLines(cache: PlannedCache, request: PlanRequest, minutes: number): string[] {
  const { key, policy, fallbacks, fallbackWarnings } = cache;
  if (key === undefined) return [notice('Skipping cache extraction due to empty cache key')];
  if (policy === 'push') return [notice(`Not downloading cache ${key} due to policy`)];
  const tries = extractLines([key, ...fallbacks], request, minutes);
  return [...fallbackWarnings.map(warning), ...withHelperProgram('Extracting cache', tries)];
}

/** One key after the other, until one is there. */
function extractLines(keys: readonly string[], request: PlanRequest, minutes: number): string[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  const words = [
    ...option('file', cacheFile(key, request.paths)),
    ...option('timeout', minutes),
    ...option('url', request.cacheUrls?.get(key)?.get),
  ];
  return [
    notice(`Checking cache for ${key}...`),
    `if ${helperCommand('cache-extractor', words)}; then`,
    notice('Successfully extracted cache'),
    'else',
    warning('Failed to extract cache'),
    ...extractLines(rest, request, minutes),
    'fi',
  ];
}
