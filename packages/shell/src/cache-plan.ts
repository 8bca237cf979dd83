import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { featureFlag, type JobCache, type PlanRequest } from '@podwright/core';
import { sanitizeCacheKey } from './cache-key.ts';

const policies = ['pull-push', 'pull', 'push'] as const;

/** One of a job's caches, with its variables replaced. */
export interface PlannedCache {
  /** Sanitised; undefined when it cannot be used. */
  readonly key: string | undefined;
  /** Sanitised, in the order in which they are tried. */
  readonly fallbacks: readonly string[];
  /** What there is to say of the key, and of those for restoring only. */
  readonly keyWarnings: readonly string[];
  readonly fallbackWarnings: readonly string[];
  readonly policy: (typeof policies)[number];
  readonly when: JobCache['when'];
  readonly paths: readonly string[];
  readonly untracked: boolean;
}

/**
 * The caches that have something in them, in the job's order.
 * @param problems told of policies that make no sense
 */
export function plannedCaches(request: PlanRequest, problems: string[]): PlannedCache[] {
  return request.payload.cache.flatMap((cache, at) => {
    const { when, paths = [], untracked = false } = cache;
    if (paths.length === 0 && !untracked) return [];
    const { key, warnings } = usableKey(wantedKey(cache, request), request);
    const policy = readPolicy(cache, `cache[${at}]`, request, problems);
    return [{ key, keyWarnings: warnings, policy, when, paths, untracked, ...fallbacks(cache, request) }];
  });
}

/** The archive of a cache, as seen from the project's directory. */
export function cacheFile(key: string, { projectDir, cacheDir }: PlanRequest['paths']): string {
  return posix.relative(projectDir, posix.join(cacheDir, key, 'cache.zip'));
}

/** All keys, each once. */
export function cacheKeys(request: PlanRequest): string[] {
  const keys = plannedCaches(request, []).flatMap(({ key, fallbacks: others }) =>
    key === undefined ? [] : [key, ...others],
  );
  return [...new Set(keys)];
}

function wantedKey({ key = '' }: JobCache, { payload, variables }: PlanRequest): string {
  return key === '' ? `${payload.job_info.name}/${payload.git_info.ref}` : variables.expand(key);
}

function usableKey(
  wanted: string,
  { runner, variables }: PlanRequest,
): { key: string | undefined; warnings: string[] } {
  if (wanted !== '' && featureFlag('FF_HASH_CACHE_KEYS', runner, variables)) {
    return { key: createHash('sha256').update(wanted).digest('hex'), warnings: [] };
  }
  const key = sanitizeCacheKey(wanted);
  if (key === wanted || wanted === '') return { key, warnings: [] };
  const what = key === undefined ? 'could not be sanitized' : `sanitized to ${JSON.stringify(key)}`;
  return { key, warnings: [`cache key ${JSON.stringify(wanted)} ${what}`] };
}

function fallbacks(
  { fallback_keys = [] }: JobCache,
  request: PlanRequest,
): Pick<PlannedCache, 'fallbacks' | 'fallbackWarnings'> {
  const { variables } = request;
  const found = fallback_keys.map((key) => usableKey(variables.expand(key), request));
  const wanted = variables.expand(variables.get('CACHE_FALLBACK_KEY'));
  const common = usableKey(wanted, request);
  // What protected branches have cached may be secret; a job's variable must not choose it.
  const read = sanitizeCacheKey(wanted);
  const isProtected = read !== undefined && /-protected[. ]*$/.test(read);
  const refused = `CACHE_FALLBACK_KEY ${JSON.stringify(read)} not allowed to end in "-protected"`;
  const all = [...found, isProtected ? { key: undefined, warnings: [...common.warnings, refused] } : common];
  return {
    fallbacks: all.flatMap(({ key }) => key ?? []),
    fallbackWarnings: all.flatMap(({ warnings }) => warnings),
  };
}

function readPolicy(
  cache: JobCache,
  path: string,
  { variables }: PlanRequest,
  problems: string[],
): PlannedCache['policy'] {
  const text = variables.expand(cache.policy ?? '');
  if (text === '') return 'pull-push';
  const known = policies.find((policy) => policy === text);
  const shown = variables.hasMasked(text) ? '[MASKED]' : JSON.stringify(text);
  if (known === undefined) problems.push(`policy of ${path} is ${shown}: must be one of ${policies.join(', ')}`);
  return known ?? 'pull-push';
}
