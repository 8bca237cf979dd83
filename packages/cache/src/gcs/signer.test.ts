import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheConfigSchema } from '../config.ts';
import { credentialsFileProblem } from './credentials-file.ts';
import { gcsConfigSchema } from './config.ts';
import { createGcsSigner } from './signer.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PrivateKey = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const AccessID = 'ci@project.iam.gserviceaccount.com';
const account = { type: 'service_account', client_email: AccessID, private_key: PrivateKey };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podwright-gcs-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Whether Google, which has the public key, takes a request. */
function isSigned(url: string, method: string, headers: Readonly<Record<string, string>>): boolean {
  const { host, pathname, search, searchParams } = new URL(url);
  const query = search.slice(1).replace(/&X-Goog-Signature=.*/, '');
  const sent: Record<string, string> = { host };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value;
  const signed = (searchParams.get('X-Goog-SignedHeaders') ?? '').split(';');
  const lines = signed.map((name) => `${name}:${sent[name] ?? ''}`);
  const canonical = [method, pathname, query, ...lines, '', signed.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
  const date = searchParams.get('X-Goog-Date') ?? '';
  const scope = `${date.slice(0, 8)}/auto/storage/goog4_request`;
  const text = ['GOOG4-RSA-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  return createVerify('RSA-SHA256')
    .update(text)
    .verify(publicKey, Buffer.from(searchParams.get('X-Goog-Signature') ?? '', 'hex'));
}

describe('createGcsSigner', () => {
  it.each([
    ['keys', { AccessID, PrivateKey }, 'storage.googleapis.com'],
    ['a file', { CredentialsFile: 'key.json' }, 'storage.googleapis.com'],
    ['another universe', { AccessID, PrivateKey, UniverseDomain: 'example.goog' }, 'storage.example.goog'],
  ])('signs with %s', async (_, given, host) => {
    writeFileSync(join(directory, 'key.json'), JSON.stringify(account));
    const sign = await createGcsSigner(gcsConfigSchema.parse({ BucketName: 'b', ...given }), directory);
    const { get = '', put } = await sign('p/project/7/a b/ü', 30 * 24 * 3600);
    const place = `https://${host}/b/p/project/7/a%20b/%C3%BC?`;
    expect([get.slice(0, place.length), put?.url.slice(0, place.length)]).toEqual([place, place]);
    expect(put?.headers).toEqual({ 'Content-Type': 'application/octet-stream' });
    expect([isSigned(get, 'GET', {}), isSigned(put!.url, 'PUT', put!.headers)]).toEqual([true, true]);
    expect([isSigned(get, 'PUT', {}), isSigned(put!.url, 'PUT', {})]).toEqual([false, false]);
    expect(Number(new URL(get).searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(604_800);
  });
});

describe('credentialsFileProblem', () => {
  const problem = async (content: string | undefined) => {
    if (content !== undefined) writeFileSync(join(directory, 'key.json'), content);
    const config = cacheConfigSchema.parse({ Type: 'gcs', gcs: { BucketName: 'b', CredentialsFile: 'key.json' } });
    return credentialsFileProblem(config, directory);
  };
  it.each([
    [JSON.stringify(account), /^nothing$/],
    [undefined, /no such file/],
    ['{ "private_key": "s3cret', /^cannot be used: key.json is no key of a service account \(JSON\)$/],
    [JSON.stringify({ ...account, private_key: 's3cret' }), /look at private_key$/],
    [JSON.stringify({ type: 'authorized_user', client_email: 'a' }), /look at type, private_key$/],
  ])('looks at the file', async (content, expected) => {
    const found = (await problem(content)) ?? 'nothing';
    expect(found).toMatch(expected);
    expect(found).not.toContain('s3cret');
  });
  it('looks at nothing that is not used', async () => {
    expect(
      await credentialsFileProblem(cacheConfigSchema.parse({ gcs: { CredentialsFile: '/x' } }), '/'),
    ).toBeUndefined();
  });
});
