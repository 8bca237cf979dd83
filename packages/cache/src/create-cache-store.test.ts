import { describe, expect, it, vi, afterEach } from 'vitest';
import { cacheConfigSchema } from './config.ts';
import { createCacheStore } from './create-cache-store.ts';
import { once } from './once.ts';

const runner = { token: 'glrt-abcdefghijkl', directory: '/nowhere' };
const s3 = { BucketName: 'b', AccessKey: 'a', SecretKey: 's3cret' };
const request = { key: 'k', projectId: 7, seconds: 60 };
const store = (config: object) => createCacheStore(cacheConfigSchema.parse(config), runner);
const never = new AbortController().signal;

afterEach(() => vi.unstubAllEnvs());

describe('createCacheStore', () => {
  it('makes none without a type', () => expect(store({ s3 })).toBeUndefined());

  it('signs for the object of the cache', async () => {
    const { get, put } = await store({ Type: 's3', Path: 'p', MaxUploadedArchiveSize: 5, s3 })!.urls(request, never);
    expect(new URL(get!).pathname).toBe('/b/p/runner/abcdefghi/project/7/k');
    expect(put?.maxBytes).toBe(5);
    expect((await store({ Type: 's3', s3 })!.urls(request, never)).put).not.toHaveProperty('maxBytes');
  });

  it.each([
    ['a key that leads out', { Type: 's3', s3 }, { key: '..' }, 'no URLs of s3: its key leads out of its project'],
    [
      'a file that is not there',
      { Type: 'gcs', gcs: { BucketName: 'b', CredentialsFile: 'key.json' } },
      {},
      /^no URLs of gcs: .*no such file/,
    ],
    [
      'a bucket that cannot be',
      { Type: 's3', s3: { ...s3, BucketName: 'arn:aws:s3:::s3cret' } },
      {},
      /^no URLs of s3: /,
    ],
  ])('fails with %s, and shows no secret', async (_, config, more, message) => {
    const failed = store(config)!.urls({ ...request, ...more }, never);
    await expect(failed).rejects.toMatchObject({ code: 'CACHE_STORE', store: config.Type });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.not.toThrow('s3cret');
  });

  it('fails without credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    const failed = store({ Type: 's3', s3: { BucketName: 'b' } })!.urls(request, never);
    await expect(failed).rejects.toThrow('no URLs of s3: Could not load credentials');
  });

  it('stops when it is told to', async () => {
    const failed = store({ Type: 's3', s3 })!.urls(request, AbortSignal.abort(new Error('enough')));
    await expect(failed).rejects.toThrow('no URLs of s3: enough');
  });
});

it('makes a thing once, and anew after a failure', async () => {
  let made = 0;
  const get = once(async () => {
    made += 1;
    if (made === 1) throw new Error('not yet');
    return made;
  });
  await expect(get()).rejects.toThrow('not yet');
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
});
