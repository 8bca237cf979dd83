import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Log } from '../log.ts';
import { checkStored } from './answers.ts';
import { dump, type HttpClient } from './http-client.ts';
import { cleanUrl } from './urls.ts';

/**
 * Puts a cache where a signed URL says, once.
 * @param extra headers as `Name: value`, which the signature may ask for
 * @throws RetryableError for 5xx and failed connections, else HelperError
 */
export async function uploadCache(
  client: HttpClient,
  url: URL,
  file: string,
  extra: readonly string[],
  log: Log,
): Promise<void> {
  const { size, mtime } = await stat(file);
  log.info(`uploading cache to ${cleanUrl(url)}`);
  const headers = {
    'content-type': 'application/octet-stream',
    ...parseHeaders(extra),
    'content-length': String(size),
    'last-modified': mtime.toUTCString(),
  };
  const body = createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  const response = await client.send({ method: 'PUT', url, headers, body });
  await checkStored(response);
  await dump(response);
}

/** Whether something is behind a signed URL; no, where that cannot be found out. */
export async function isStored(client: HttpClient, url: URL): Promise<boolean> {
  try {
    const response = await client.send({ method: 'HEAD', url, followsRedirects: true });
    await dump(response);
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Headers of `Name: value` texts, names in lower case; the last of a name counts. */
function parseHeaders(texts: readonly string[]): Record<string, string> {
  const pairs = texts.flatMap((text) => {
    const colon = text.indexOf(':');
    return colon <= 0 ? [] : [[text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()] as const];
  });
  return Object.fromEntries(pairs);
}
