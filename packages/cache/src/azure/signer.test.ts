import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { azureConfigSchema } from './config.ts';
import { createAzureSigner } from './signer.ts';

const AccountKey = Buffer.from('a key of the account').toString('base64');

/** The signature of a blob's SAS, from its description: the fields of the version in their order, one a line. */
function signatureOf(url: URL, blob: string): string {
  const get = (name: string): string => url.searchParams.get(name) ?? '';
  const account = url.hostname.split('.')[0] ?? '';
  const fields = [
    get('sp'),
    get('st'),
    get('se'),
    `/blob/${account}/caches/${blob}`,
    get('si'),
    get('sip'),
    get('spr'),
  ];
  const rest = [get('sv'), get('sr'), '', '', '', '', '', '', ''].slice(0, 4);
  const overridden = ['rscc', 'rscd', 'rsce', 'rscl', 'rsct'].map(get);
  return createHmac('sha256', Buffer.from(AccountKey, 'base64'))
    .update([...fields, ...rest, ...overridden].join('\n'))
    .digest('base64');
}

it.each([
  ['', 'acct.blob.core.windows.net'],
  ['blob.core.chinacloudapi.cn', 'acct.blob.core.chinacloudapi.cn'],
])('signs with the key of the account, domain %j', async (StorageDomain, host) => {
  const config = azureConfigSchema.parse({ AccountName: 'acct', AccountKey, ContainerName: 'caches', StorageDomain });
  const begun = Date.now();
  const { get = '', put } = await createAzureSigner(config)('p/project/7/a b/ü', 3600);
  for (const [url, permissions] of [
    [new URL(get), 'r'],
    [new URL(put!.url), 'cw'],
  ] as const) {
    expect(`${url.origin}${url.pathname}`).toMatch(new RegExp(`^https://${host}/caches/p(/|%2F)project`));
    expect(decodeURIComponent(url.pathname)).toBe('/caches/p/project/7/a b/ü');
    expect(url.searchParams.get('sp')).toBe(permissions);
    expect(url.searchParams.get('spr')).toBe('https');
    const seconds = (Date.parse(url.searchParams.get('se') ?? '') - begun) / 1000;
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThan(3660);
    expect(url.searchParams.get('sig')).toBe(signatureOf(url, 'p/project/7/a b/ü'));
  }
  expect(put?.headers).toEqual({ 'Content-Type': 'application/octet-stream', 'x-ms-blob-type': 'BlockBlob' });
});
