import type { Log } from '../log.ts';
import { lastModified } from './cache-client.ts';
import { dump, type HttpClient } from './http-client.ts';

/** A cache at two places: a change of how keys become names leaves the older one behind. */
export interface CachePlaces {
  readonly url: URL;
  readonly alternate: URL;
  /** Signed for HEAD; the URL itself where there is none. */
  readonly head?: URL;
  readonly alternateHead?: URL;
}

/** The place with the newer cache; the first one in doubt. */
export async function chooseCacheUrl(client: HttpClient, places: CachePlaces, log: Log): Promise<URL> {
  const { url, alternate, head = url, alternateHead = alternate } = places;
  const first = await timeOf(client, head);
  const second = await timeOf(client, alternateHead);
  const isSecondNewer = second !== undefined && (first === undefined || second > first);
  log.debug(`taking the cache of the ${isSecondNewer ? 'alternate' : 'primary'} URL`);
  return isSecondNewer ? alternate : url;
}

async function timeOf(client: HttpClient, url: URL): Promise<number | undefined> {
  try {
    const response = await client.send({ method: 'HEAD', url, followsRedirects: true });
    await dump(response);
    const modified = lastModified(response.header('last-modified'));
    return response.status === 200 && modified > 0 ? modified : undefined;
  } catch {
    return undefined;
  }
}
