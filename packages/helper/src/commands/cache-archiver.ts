import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { adoptAlternateFile, isUpToDate, writeCacheFile } from '../archive/cache-file.ts';
import { compressionLevel } from '../archive/compression-level.ts';
import { defineCommand, type Context } from '../cli/command.ts';
import { integer, list, text, unused, type Values } from '../cli/flags.ts';
import { cacheTuningFlags, meterFlags, retryFlags, selectionFlags } from '../cli/shared-flags.ts';
import { HelperError, messageOf } from '../errors.ts';
import { enumerateFiles } from '../files/enumerate.ts';
import { cacheClient, refuseGoCloud } from '../http/cache-client.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isStored, uploadCache } from '../http/upload-cache.ts';
import { parseHttpUrl } from '../http/urls.ts';
import { fixedPolicy, withRetries } from '../retry.ts';

const flags = {
  ...selectionFlags,
  ...retryFlags,
  ...meterFlags,
  ...cacheTuningFlags,
  file: text(''),
  'alternate-file': text(''),
  url: text(''),
  'check-url': text(''),
  'gocloud-url': text(''),
  timeout: integer(0),
  header: list(),
  metadata: unused,
  'compression-level': text('', 'CACHE_COMPRESSION_LEVEL'),
  'compression-format': text('', 'CACHE_COMPRESSION_FORMAT'),
  'max-uploaded-archive-size': integer(0, 'CACHE_MAX_UPLOADED_ARCHIVE_SIZE'),
};

export const cacheArchiver = defineCommand({
  flags,
  async run(values, context) {
    const { io, log } = context;
    if (values.file === '') throw new HelperError('missing --file');
    refuseGoCloud(values['gocloud-url']);
    const archive = resolve(io.cwd, values.file);
    const hasAlternate = values['alternate-file'] !== '' && values['alternate-file'] !== values.file;
    if (hasAlternate) await adopt(archive, resolve(io.cwd, values['alternate-file']), context);
    const files = await enumerateFiles(values, io, log);
    if (files.size === 0) {
      log.warn('no files to cache');
      return;
    }
    if (await isUpToDate(archive, files)) {
      log.info('archive is up to date');
      // It may have come from the alternate place, and be missing at its own.
      if (hasAlternate) await upload(values, archive, context, { unlessStored: true });
      return;
    }
    const level = compressionLevel(values['compression-level'], log);
    warnOfFormat(values['compression-format'], context);
    await writeCacheFile(archive, files, { project: io.cwd, level, log });
    await upload(values, archive, context, { unlessStored: false });
  },
});

async function adopt(archive: string, alternate: string, { log }: Context): Promise<void> {
  try {
    if (await adoptAlternateFile(archive, alternate)) log.info('took over the cache that was kept under another name');
  } catch (error) {
    log.warn(`the cache under another name could not be taken over: ${messageOf(error)}`);
  }
}

function warnOfFormat(format: string, { log }: Context): void {
  if (format === '' || format.toLowerCase() === 'zip') return;
  log.warn(`compression format ${format} is not supported: the cache is packed as zip`);
}

async function upload(
  values: Values<typeof flags>,
  archive: string,
  context: Context,
  { unlessStored }: { readonly unlessStored: boolean },
): Promise<void> {
  const { io, log } = context;
  if (values.url === '') {
    log.info('no URL: the cache is kept here only');
    return;
  }
  const { size } = await stat(archive);
  const largest = values['max-uploaded-archive-size'];
  if (largest > 0 && size > largest) {
    log.warn(`the cache has ${size} bytes, more than the ${largest} that may be uploaded: it is kept here only`);
    return;
  }
  const client = cacheClient(io, values.timeout);
  try {
    if (unlessStored && (await hasBeenStored(values['check-url'], client))) return;
    const url = parseHttpUrl(values.url, '--url');
    await withRetries(fixedPolicy(values.retry, values['retry-time']), context, () =>
      uploadCache(client, url, archive, values.header, log),
    );
  } finally {
    await client.close();
  }
}

async function hasBeenStored(url: string, client: HttpClient): Promise<boolean> {
  return url !== '' && isStored(client, parseHttpUrl(url, '--check-url'));
}
