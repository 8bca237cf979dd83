import type { PlanRequest } from '@podwright/core';
import type { PlannedCache } from './cache-plan.ts';
import { quote } from './quote.ts';
import { warning } from './script-lines.ts';

const defaultMinutes = 10;

/** A script that does something with one cache after the other. @param linesOf what it does with one */
export function cacheScript(
  caches: readonly PlannedCache[],
  request: PlanRequest,
  linesOf: (cache: PlannedCache, minutes: number) => readonly string[],
): string {
  const { minutes, warnings } = cacheTimeout(request);
  const lines = caches.flatMap((cache) => [...cache.keyWarnings.map(warning), ...linesOf(cache, minutes)]);
  const all = [...quiet(request), ...warnings.map(warning), ...lines];
  return [`cd ${quote(request.paths.projectDir)}`, ...all, ''].join('\n');
}

/** `CACHE_REQUEST_TIMEOUT`: minutes that a request for a cache may take. What makes no sense is said in the trace. */
function cacheTimeout({ variables }: PlanRequest): { minutes: number; warnings: string[] } {
  const text = variables.get('CACHE_REQUEST_TIMEOUT');
  if (text === '') return { minutes: defaultMinutes, warnings: [] };
  if (/^[1-9]\d{0,5}$/.test(text)) return { minutes: Number(text), warnings: [] };
  const given = variables.hasMasked(text) ? '[MASKED]' : JSON.stringify(text);
  const problem = `CACHE_REQUEST_TIMEOUT is ${given}: must be a number of minutes; ${defaultMinutes} is used`;
  return { minutes: defaultMinutes, warnings: [problem] };
}

/** Keeps `CI_DEBUG_TRACE` from printing URLs with which anybody could read and replace the cache. */
function quiet({ cacheUrls }: PlanRequest): string[] {
  return cacheUrls === undefined || cacheUrls.size === 0 ? [] : ['{ set +o xtrace; } 2>/dev/null'];
}
