import { HelperError } from '../errors.ts';
import type { Io } from '../io.ts';
import { HttpClient } from './http-client.ts';

/** A client for signed URLs. @param minutes for a request with its answer; 10 where it is not above 0 */
export function cacheClient(io: Io, minutes: number): HttpClient {
  return new HttpClient({ env: io.env, timeout: (minutes > 0 ? minutes : 10) * 60_000, headersTimeout: 30_000 });
}

/** @throws HelperError when the cache is in storage that this program cannot talk to */
export function refuseGoCloud(...urls: readonly string[]): void {
  if (urls.every((url) => url === '')) return;
  throw new HelperError('a --gocloud-url is not supported: only signed http and https URLs are');
}

/** Milliseconds of a `Last-Modified` header, 0 where there is none. */
export function lastModified(header: string | undefined): number {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? 0 : time;
}
