import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { project, runHelper, scratch } from '../../../helper/src/test-kit/project.ts';
import { cacheConfigSchema, type CacheConfig } from '../config.ts';
import { createCacheStore } from '../create-cache-store.ts';
import { FakeS3 } from '../test-kit/fake-s3.ts';

let s3: FakeS3;
beforeEach(async () => {
  s3 = await FakeS3.start();
});
afterEach(async () => s3.close());

async function urls(more: Partial<CacheConfig['s3']> = {}, seconds = 60) {
  const table = {
    ServerAddress: s3.address,
    AccessKey: s3.accessKey,
    SecretKey: s3.secretKey,
    BucketName: 'caches',
    Insecure: true,
    ...more,
  };
  const config = cacheConfigSchema.parse({ Type: 's3', Shared: true, s3: table });
  const store = createCacheStore(config, { token: '', directory: '/' });
  return store!.urls({ key: 'a b/ü', projectId: 7, seconds }, new AbortController().signal);
}

/** As the stages of a job call the helper program. */
async function archive(directory: string, file: string, { put }: Awaited<ReturnType<typeof urls>>) {
  const headers = Object.entries(put!.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  return runHelper(directory, ['cache-archiver', '--file', file, '--path', 'm', '--url', put!.url, ...headers]);
}

const extract = async (directory: string, file: string, { get }: Awaited<ReturnType<typeof urls>>) =>
  runHelper(directory, ['cache-extractor', '--file', file, '--url', get!]);

describe('the helper program with URLs of a store', () => {
  it.each([
    ['plain', {}],
    ['encrypted by the server', { ServerSideEncryption: 'KMS', ServerSideEncryptionKeyID: 'key/1' }],
  ])('hands a large cache on, %s', async (_, more) => {
    const content = randomBytes(1024 * 1024).toString('hex');
    const file = join(scratch(), 'cache.zip');
    expect(await archive(project({ 'm/f': content }), file, await urls(more))).toMatchObject({ status: 0 });
    const [stored] = s3.objects.values();
    expect([...s3.objects.keys()]).toEqual(['/caches/project/7/a b/ü']);
    expect(stored?.headers['content-length']).toBe(String(stored?.content.length));
    expect(stored?.headers).not.toHaveProperty('transfer-encoding');
    const other = project();
    const copy = join(scratch(), 'cache.zip');
    expect(await extract(other, copy, await urls(more))).toMatchObject({ status: 0 });
    expect(readFileSync(join(other, 'm/f'), 'utf8') === content).toBe(true);
    // What is there already is not fetched again.
    rmSync(join(other, 'm'), { recursive: true });
    expect((await extract(other, copy, await urls(more))).stderr).toContain('is up to date');
    expect(existsSync(join(other, 'm/f'))).toBe(true);
  });

  it('has no cache where none was stored, the signature is another or has run out, or nobody answers', async () => {
    const file = join(scratch(), 'cache.zip');
    const directory = project({ 'm/f': 'x' });
    expect((await extract(directory, file, await urls())).stderr).toContain('there is no such cache');
    const wrong = await urls({ SecretKey: 'other' });
    const late = await urls({}, 1);
    await expect.poll(async () => (await extract(directory, file, late)).stderr).toContain('expired');
    for (const result of [await extract(directory, file, wrong), await archive(directory, file, wrong)]) {
      expect(result.status).toBe(1);
      expect(result.stderr).toContain('SignatureDoesNotMatch');
      expect(result.stderr).not.toMatch(/X-Amz|other/);
    }
    const nobody = await urls();
    await s3.close();
    const unreachable = await extract(directory, join(scratch(), 'cache.zip'), nobody);
    expect([unreachable.status, unreachable.pauses.length]).toEqual([1, 2]);
    expect(unreachable.stderr).not.toContain('X-Amz');
  });

  it('tries again when a store fails', async () => {
    const file = join(scratch(), 'cache.zip');
    writeFileSync(file, 'no archive');
    s3.failures = 1;
    const result = await archive(project({ 'm/f': 'x' }), file, await urls());
    expect([result.status, result.pauses.length, s3.objects.size]).toEqual([0, 1, 1]);
  });
});
