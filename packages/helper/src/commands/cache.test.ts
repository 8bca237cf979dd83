import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { craftZip } from '../test-kit/craft-zip.ts';
import { project, runHelper, scratch } from '../test-kit/project.ts';
import { fakeServer } from '../test-kit/server.ts';

const zip = craftZip([{ name: 'm/f', content: 'cached' }]);
const early = 'Sat, 01 Jan 2022 00:00:00 GMT';
const late = 'Sun, 01 Jan 2023 00:00:00 GMT';

function archive(directory: string, ...args: readonly string[]) {
  return runHelper(directory, ['cache-archiver', ...args]);
}

function extract(directory: string, ...args: readonly string[]) {
  return runHelper(directory, ['cache-extractor', ...args]);
}

/** A cache file with a time. */
function cacheFile(date: string, content: Buffer = zip): string {
  const file = join(scratch(), 'cache.zip');
  writeFileSync(file, content);
  utimesSync(file, new Date(date), new Date(date));
  return file;
}

describe('cache-archiver', () => {
  it('keeps the cache in a file, and puts it behind the URL', async () => {
    const server = await fakeServer({ status: 200 });
    const file = join(scratch(), 'deep/key/cache.zip');
    const headers = ['--header', 'Content-Type: application/zip', '--header', 'X-Meta:  a:b ', '--header', 'nonsense'];
    const result = await archive(
      project({ 'm/f': 'x' }),
      '--file',
      file,
      '--path',
      'm',
      '--timeout',
      '10',
      '--url',
      `${server.url}/b/k?X-Signature=s3cret`,
      ...headers,
    );
    expect(result.status).toBe(0);
    const [request] = server.received;
    expect([request?.method, request?.url.href]).toEqual(['PUT', 'http://server/b/k?X-Signature=s3cret']);
    expect(request?.body.equals(readFileSync(file))).toBe(true);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/zip',
      'x-meta': 'a:b',
      'content-length': String(request?.body.length),
      'last-modified': statSync(file).mtime.toUTCString(),
    });
    expect(request?.headers['transfer-encoding']).toBeUndefined();
    expect(readdirSync(join(file, '..'))).toEqual(['cache.zip']);
    expect(result.stderr).toContain(`uploading cache to ${server.url}/b/k\n`);
    expect(result.stderr).not.toContain('s3cret');
  });

  it('sends nothing when no file is newer than the archive', async () => {
    const server = await fakeServer({});
    const directory = project({ 'm/f': 'x' });
    for (const path of ['m/f', 'm']) utimesSync(join(directory, path), new Date(early), new Date(early));
    const file = cacheFile(late);
    const args = ['--file', file, '--path', 'm', '--url', server.url];
    expect((await archive(directory, ...args)).stderr).toContain('archive is up to date');
    expect([server.count(), readFileSync(file).equals(zip)]).toEqual([0, true]);
    writeFileSync(join(directory, 'm/f'), 'newer');
    expect((await archive(directory, ...args)).status).toBe(0);
    expect([server.count(), readFileSync(file).equals(zip)]).toEqual([1, false]);
  });

  it('has nothing to do without files', async () => {
    const file = join(scratch(), 'cache.zip');
    const result = await archive(project(), '--file', file, '--path', 'm');
    expect([result.status, existsSync(file)]).toEqual([0, false]);
    expect(result.stderr).toContain('WARNING: no files to cache');
  });

  it('keeps here what is too large to be sent', async () => {
    const server = await fakeServer({});
    const file = join(scratch(), 'cache.zip');
    const args = ['--file', file, '--path', 'f', '--url', server.url, '--max-uploaded-archive-size', '10'];
    expect((await archive(project({ f: 'x' }), ...args)).status).toBe(0);
    expect([server.count(), existsSync(file)]).toEqual([0, true]);
  });

  it('tries again after a 500, not after a 403, of which it tells the reason', async () => {
    const file = join(scratch(), 'cache.zip');
    const flaky = await fakeServer({ status: 500 }, { status: 200 });
    const again = await archive(
      project({ f: 'x' }),
      '--file',
      file,
      '--path',
      'f',
      '--url',
      flaky.url,
      '--retry-time',
      '5s',
    );
    expect([again.status, again.pauses, flaky.received[1]?.body.length]).toEqual([0, [5000], statSync(file).size]);
    const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
    const denied = await fakeServer({ status: 403, body });
    const result = await archive(project({ g: 'x' }), '--file', file, '--path', 'g', '--url', denied.url);
    expect([result.status, denied.count()]).toEqual([1, 1]);
    expect(result.stderr).toContain('received 403 Forbidden: AccessDenied: Request has expired');
  });

  it('takes over a cache that is kept under another name, and sends it where it is missing', async () => {
    const directory = project({ f: 'x' });
    utimesSync(join(directory, 'f'), new Date(early), new Date(early));
    const alternate = cacheFile(late);
    const file = join(scratch(), 'new/cache.zip');
    const server = await fakeServer({ status: 404 }, { status: 200 }, { status: 200 });
    const args = [
      '--file',
      file,
      '--alternate-file',
      alternate,
      '--path',
      'f',
      '--url',
      server.url,
      '--check-url',
      server.url,
    ];
    expect((await archive(directory, ...args)).status).toBe(0);
    expect([existsSync(alternate), readFileSync(file).equals(zip)]).toEqual([false, true]);
    expect((await archive(directory, ...args)).status).toBe(0);
    expect(server.received.map(({ method }) => method)).toEqual(['HEAD', 'PUT', 'HEAD']);
  });

  it('packs as zip whatever the format, and says so', async () => {
    const args = ['--file', join(scratch(), 'cache.zip'), '--path', 'f', '--compression-format', 'tarzstd'];
    expect((await archive(project({ f: 'x' }), ...args)).stderr).toContain(
      'tarzstd is not supported: the cache is packed as zip',
    );
  });
});

describe('cache-extractor', () => {
  it('fetches a cache, keeps it with its time, and extracts it', async () => {
    const server = await fakeServer({ body: zip, headers: { 'last-modified': early } });
    const [directory, file] = [scratch(), join(scratch(), 'a/b/cache.zip')];
    const result = await extract(directory, '--file', file, '--timeout', '10', '--url', `${server.url}/k?sig=s3cret`);
    expect(result.status).toBe(0);
    expect(readFileSync(join(directory, 'm/f'), 'utf8')).toBe('cached');
    expect(statSync(file).mtime.toUTCString()).toBe(early);
    expect(readdirSync(join(file, '..'))).toEqual(['cache.zip']);
    expect(result.stderr).not.toContain('s3cret');
  });

  it.each([
    ['newer', late, early, true],
    ['as old', late, late, true],
    ['older', early, late, false],
  ])('extracts the file that is here when it is %s', async (_name, here, there, keeps) => {
    const file = cacheFile(here);
    const other = craftZip([{ name: 'other', content: '' }]);
    const server = await fakeServer({ body: other, headers: { 'last-modified': there } });
    const directory = scratch();
    expect((await extract(directory, '--file', file, '--url', server.url)).status).toBe(0);
    expect(readdirSync(directory)).toEqual([keeps ? 'm' : 'other']);
  });

  it.each([
    ['no cache there', ['--url', 'URL'], { status: 404 }],
    ['no cache here', [], {}],
  ])('says that there is %s as something usual', async (_name, args, answer) => {
    const server = await fakeServer(answer);
    const file = join(scratch(), 'cache.zip');
    const result = await extract(scratch(), '--file', file, ...args.map((text) => text.replace('URL', server.url)));
    expect([result.status, result.pauses]).toEqual([1, []]);
    expect(result.stderr).toContain('WARNING: there is no such cache');
  });

  it('keeps the file that is here when a connection breaks for good', async () => {
    const handle = (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': '1000', 'last-modified': late }).write('part');
      setTimeout(() => response.destroy(), 20);
    };
    const server = await fakeServer({ handle });
    const file = cacheFile(early);
    const result = await extract(scratch(), '--file', file, '--url', server.url);
    expect([result.status, server.count(), result.pauses]).toEqual([1, 3, [1000, 1000]]);
    expect(readFileSync(file).equals(zip)).toBe(true);
    expect(readdirSync(join(file, '..'))).toEqual(['cache.zip']);
  });

  it('takes the newer one of two places', async () => {
    const old = await fakeServer({ body: craftZip([{ name: 'old' }]), headers: { 'last-modified': early } });
    const fresh = await fakeServer({ body: zip, headers: { 'last-modified': late } });
    const directory = scratch();
    const args = [
      '--file',
      join(scratch(), 'c.zip'),
      '--url',
      old.url,
      '--alternate-url',
      fresh.url,
      '--head-url',
      old.url,
    ];
    expect((await extract(directory, ...args)).status).toBe(0);
    expect(readdirSync(directory)).toEqual(['m']);
  });
});

it.each([
  ['cache-archiver', [], 'missing --file'],
  ['cache-extractor', [], 'missing --file'],
  ['cache-archiver', ['--file', 'x', '--gocloud-url', 's3://b/k?s3cret'], '--gocloud-url is not supported'],
  ['cache-extractor', ['--file', 'x', '--gocloud-url', 's3://b/k?s3cret'], '--gocloud-url is not supported'],
  ['cache-extractor', ['--file', 'x', '--url', 'nothing?s3cret'], '--url must be an http or https URL'],
])('%s %j is refused', async (command, args, message) => {
  const result = await runHelper(scratch(), [command, ...args]);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain(message);
  expect(result.stderr).not.toContain('s3cret');
});

describe('cache-init', () => {
  it('makes directories that everyone may write to', async () => {
    const directory = scratch();
    mkdirSync(join(directory, 'there'), { mode: 0o700 });
    const result = await runHelper(directory, ['cache-init', 'there', join(directory, 'deep/new dir')]);
    expect(result.status).toBe(0);
    expect(['there', 'deep/new dir'].map((path) => lstatSync(join(directory, path)).mode & 0o777)).toEqual([
      0o777, 0o777,
    ]);
    rmSync(join(directory, 'deep'), { recursive: true });
  });

  it('says what it cannot make, and goes on', async () => {
    const directory = project({ file: '' });
    const result = await runHelper(directory, ['cache-init', 'file/x', 'other']);
    expect([result.status, existsSync(join(directory, 'other'))]).toEqual([0, true]);
    expect(result.stderr).toContain('ERROR: file/x');
  });

  it('needs a directory', async () => {
    expect((await runHelper(scratch(), ['cache-init'])).status).toBe(1);
  });
});
