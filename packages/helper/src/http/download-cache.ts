import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NotThereError } from '../errors.ts';
import type { Log } from '../log.ts';
import { checkStored } from './answers.ts';
import { lastModified } from './cache-client.ts';
import { dump, type HttpClient, type HttpResponse } from './http-client.ts';
import { saveBody } from './save-body.ts';
import { cleanUrl } from './urls.ts';

/**
 * Fetches a cache, once, unless the file that is there is as new. A file that is there is replaced only by a whole one.
 * @throws NotThereError for 404, RetryableError for 5xx and failed connections, else HelperError
 */
export async function downloadCache(client: HttpClient, url: URL, file: string, log: Log): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const response = await client.send({ method: 'GET', url, followsRedirects: true });
  if (response.status === 404) {
    await dump(response);
    throw new NotThereError('there is no such cache');
  }
  await checkStored(response);
  const modified = lastModified(response.header('last-modified'));
  if (modified <= (await modifiedOf(file))) {
    await dump(response);
    log.info(`${basename(file)} is up to date`);
    return;
  }
  log.info(`downloading cache from ${cleanUrl(url)}`);
  await replaceFile(file, modified, response);
}

/** Milliseconds; -1 where there is no file. */
async function modifiedOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return -1;
  }
}

async function replaceFile(file: string, modified: number, response: HttpResponse): Promise<void> {
  const staging = await mkdtemp(join(dirname(file), 'cache-'));
  try {
    const temporary = join(staging, basename(file));
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await saveBody(response, handle);
      await handle.utimes(new Date(), new Date(modified));
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
