import { afterEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { signatureProblem } from '../test-kit/sigv4.ts';
import { s3ConfigSchema } from './config.ts';
import { createS3Signer } from './signer.ts';

type Given = z.input<typeof s3ConfigSchema>;

const keys = { AccessKey: 'AKIDEXAMPLE', SecretKey: 's3cret', BucketName: 'bkt' };
const name = 'p/project/7/a b+c/ü';

const sign = async (given: Given, seconds = 3600) =>
  createS3Signer(s3ConfigSchema.parse({ ...keys, ...given }))(name, seconds);

/** What a server finds wrong with a URL. */
function problem(url: string, method: string, headers: Readonly<Record<string, string>>): string | undefined {
  const { host, pathname, search } = new URL(url);
  const request = { method, target: `${pathname}${search}`, headers: { host, ...headers } };
  return signatureProblem(request, (key) => (key === keys.AccessKey ? keys.SecretKey : undefined));
}

afterEach(() => vi.unstubAllEnvs());

describe('createS3Signer', () => {
  it.each([
    [{}, 'https://bkt.s3.dualstack.us-east-1.amazonaws.com/p'],
    [{ DualStack: false, BucketLocation: 'eu-central-1' }, 'https://bkt.s3.eu-central-1.amazonaws.com/p'],
    [{ DualStack: false, BucketName: 'a.b' }, 'https://s3.us-east-1.amazonaws.com/a.b/p'],
    [{ PathStyle: true }, 'https://s3.dualstack.us-east-1.amazonaws.com/bkt/p'],
    [{ Accelerate: true }, 'https://bkt.s3-accelerate.dualstack.amazonaws.com/p'],
    [{ BucketLocation: 'cn-north-1', DualStack: false }, 'https://bkt.s3.cn-north-1.amazonaws.com.cn/p'],
    [{ Insecure: true }, 'http://bkt.s3.dualstack.us-east-1.amazonaws.com/p'],
    [{ ServerAddress: 'minio:9000', Insecure: true }, 'http://minio:9000/bkt/p'],
    [{ ServerAddress: 'ceph.example.com' }, 'https://ceph.example.com/bkt/p'],
    [{ ServerAddress: 'ceph.example.com', PathStyle: false }, 'https://bkt.ceph.example.com/p'],
    [{ ServerAddress: 'storage.googleapis.com' }, 'https://bkt.storage.googleapis.com/p'],
    [{ SessionToken: 'session' }, 'https://bkt.s3.dualstack.us-east-1.amazonaws.com/p'],
  ])('signs for %j', async (given, start) => {
    const { get = '', put } = await sign(given);
    const place = `${start}/project/7/a%20b%2Bc/%C3%BC?`;
    expect([get.slice(0, place.length), put?.url.slice(0, place.length)]).toEqual([place, place]);
    expect([problem(get, 'GET', {}), problem(put!.url, 'PUT', put!.headers)]).toEqual([undefined, undefined]);
    expect(problem(get, 'PUT', {})).toBe('SignatureDoesNotMatch');
    expect(get + put!.url).not.toMatch(/checksum|s3cret/i);
    expect(new URL(get).searchParams.get('X-Amz-Security-Token')).toBe('SessionToken' in given ? 'session' : null);
  });

  it.each([
    ['S3', '', { 'x-amz-server-side-encryption': 'AES256' }],
    ['kms', '', { 'x-amz-server-side-encryption': 'aws:kms' }],
    [
      'DSSE-KMS',
      'key/1',
      { 'x-amz-server-side-encryption': 'aws:kms:dsse', 'x-amz-server-side-encryption-aws-kms-key-id': 'key/1' },
    ],
  ])('has S3 encrypt with %s %s', async (ServerSideEncryption, ServerSideEncryptionKeyID, headers) => {
    const { get = '', put } = await sign({ ServerSideEncryption, ServerSideEncryptionKeyID });
    expect(put?.headers).toEqual(headers);
    expect(problem(put!.url, 'PUT', headers)).toBeUndefined();
    expect(problem(put!.url, 'PUT', {})).toBe('SignatureDoesNotMatch');
    expect(problem(get, 'GET', {})).toBeUndefined();
  });

  it.each([
    [600, '600'],
    [30 * 24 * 3600, '604800'],
  ])('is good for %i seconds as %s', async (seconds, expires) => {
    const { get = '', put } = await sign({}, seconds);
    const found = [get, put!.url].map((url) => new URL(url).searchParams.get('X-Amz-Expires'));
    expect(found).toEqual([expires, expires]);
  });

  it('signs with what the AWS SDK finds where no key is given', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's3cret');
    const { get = '' } = await sign({ AccessKey: '', SecretKey: '' });
    expect(problem(get, 'GET', {})).toBeUndefined();
  });
});
