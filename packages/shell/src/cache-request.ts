import type { PlanRequest } from '@podwright/core';

const defaultMinutes = 10;

/** `CACHE_REQUEST_TIMEOUT`: minutes that a request for a cache may take. What makes no sense is said in the trace. */
export function cacheTimeout({ variables }: PlanRequest): { minutes: number; warnings: string[] } {
  const text = variables.get('CACHE_REQUEST_TIMEOUT');
  if (text === '') return { minutes: defaultMinutes, warnings: [] };
  if (/^[1-9]\d{0,5}$/.test(text)) return { minutes: Number(text), warnings: [] };
  const given = variables.hasMasked(text) ? '[MASKED]' : JSON.stringify(text);
  const warning = `CACHE_REQUEST_TIMEOUT is ${given}: must be a number of minutes; ${defaultMinutes} is used`;
  return { minutes: defaultMinutes, warnings: [warning] };
}

/** Keeps `CI_DEBUG_TRACE` from printing URLs with which anybody could read and replace the cache. */
export function quiet({ cacheUrls }: PlanRequest): string[] {
  return cacheUrls === undefined || cacheUrls.size === 0 ? [] : ['{ set +o xtrace; } 2>/dev/null'];
}
