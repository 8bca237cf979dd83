import { resolve } from 'node:path';
import { extractArchive } from '../archive/extract.ts';
import { defineCommand, type Context } from '../cli/command.ts';
import { integer, text } from '../cli/flags.ts';
import type { Values } from '../cli/flags.ts';
import { cacheTuningFlags, meterFlags, retryFlags } from '../cli/shared-flags.ts';
import { HelperError, NotThereError, codeOf } from '../errors.ts';
import { cacheClient, refuseGoCloud } from '../http/cache-client.ts';
import { chooseCacheUrl } from '../http/choose-cache-url.ts';
import { downloadCache } from '../http/download-cache.ts';
import type { HttpClient } from '../http/http-client.ts';
import { parseHttpUrl } from '../http/urls.ts';
import { fixedPolicy, withRetries } from '../retry.ts';

const flags = {
  ...retryFlags,
  ...meterFlags,
  ...cacheTuningFlags,
  file: text(''),
  url: text(''),
  'gocloud-url': text(''),
  'alternate-url': text(''),
  'alternate-gocloud-url': text(''),
  'head-url': text(''),
  'alternate-head-url': text(''),
  timeout: integer(0),
};

export const cacheExtractor = defineCommand({
  flags,
  async run(values, context) {
    const { io, log } = context;
    if (values.file === '') throw new HelperError('missing --file');
    refuseGoCloud(values['gocloud-url'], values['alternate-gocloud-url']);
    const file = resolve(io.cwd, values.file);
    if (values.url === '') log.info('no URL: the cache that is kept here is extracted, if there is one');
    else await fetchCache(values, file, context);
    try {
      await extractArchive(file, io.cwd, log);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      throw new NotThereError('there is no such cache', { cause: error });
    }
  },
});

async function fetchCache(values: Values<typeof flags>, file: string, context: Context): Promise<void> {
  const client = cacheClient(context.io, values.timeout);
  try {
    await withRetries(fixedPolicy(values.retry, values['retry-time']), context, async () => {
      await downloadCache(client, await placeOf(values, client, context), file, context.log);
    });
  } finally {
    await client.close();
  }
}

async function placeOf(values: Values<typeof flags>, client: HttpClient, { log }: Context): Promise<URL> {
  const url = parseHttpUrl(values.url, '--url');
  if (values['alternate-url'] === '') return url;
  const head = optional(values['head-url'], '--head-url');
  const alternateHead = optional(values['alternate-head-url'], '--alternate-head-url');
  const places = {
    url,
    alternate: parseHttpUrl(values['alternate-url'], '--alternate-url'),
    ...(head !== undefined && { head }),
    ...(alternateHead !== undefined && { alternateHead }),
  };
  return chooseCacheUrl(client, places, log);
}

function optional(url: string, flag: string): URL | undefined {
  return url === '' ? undefined : parseHttpUrl(url, flag);
}
