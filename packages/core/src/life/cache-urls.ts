import { messageOf } from '../errors.ts';
import type { JobContext } from '../job/context.ts';
import { jobTimeoutSeconds } from '../job/timeout.ts';
import type { CacheStore, CacheUrls } from '../ports.ts';

/** The URLs of a job's distributed caches, by key. A key for which there are none is said, and its cache is local. */
export async function signCacheUrls(
  store: CacheStore | undefined,
  keys: readonly string[],
  { payload, signal, log }: Pick<JobContext, 'payload' | 'signal' | 'log'>,
): Promise<ReadonlyMap<string, CacheUrls>> {
  if (store === undefined) return new Map();
  const common = { projectId: payload.job_info.project_id, seconds: jobTimeoutSeconds(payload) };
  const signed = await Promise.allSettled(keys.map(async (key) => store.urls({ ...common, key }, signal)));
  const urls = new Map<string, CacheUrls>();
  for (const [at, key] of keys.entries()) {
    const result = signed[at];
    if (result?.status === 'fulfilled') urls.set(key, result.value);
    else log.warn(`the cache ${key} is used only where it is local: ${messageOf(result?.reason)}`);
  }
  return urls;
}

/** What of the URLs must not appear in the trace: each as a whole, and its query, which has the signature. */
export function secretsOfCacheUrls(urls: ReadonlyMap<string, CacheUrls>): string[] {
  return [...urls.values()]
    .flatMap(({ get, put }) => [get, put?.url])
    .filter((url) => url !== undefined)
    .flatMap((url) => [url, url.split('?').slice(1).join('?')]);
}
