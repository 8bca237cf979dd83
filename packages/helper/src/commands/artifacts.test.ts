import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { craftZip } from '../test-kit/craft-zip.ts';
import { project, runHelper, scratch } from '../test-kit/project.ts';
import { fakeServer, uploadedFile } from '../test-kit/server.ts';

const token = 'glcbt-very-secret';
const job = (url: string): string[] => ['--url', url, '--token', token, '--id', '42'];
const created = { status: 201, headers: { 'content-type': 'application/json' }, body: '{}' };

function upload(url: string, directory: string, ...more: readonly string[]) {
  return runHelper(directory, ['artifacts-uploader', ...job(url), ...more], { NAME: 'build-7' });
}

function download(url: string, directory: string, ...more: readonly string[]) {
  return runHelper(directory, ['artifacts-downloader', ...job(url), ...more]);
}

/** Takes a little of the request, then breaks the connection. */
function hangUp(request: IncomingMessage): void {
  request.once('data', () => request.socket.destroy());
}

describe('artifacts-uploader', () => {
  it('sends a zip file as GitLab takes it', async () => {
    const server = await fakeServer(created);
    const directory = project({ 'out/a.txt': 'A', 'out/b.o': 'B' });
    const result = await upload(
      `${server.url}/`,
      directory,
      '--path',
      'out',
      '--exclude',
      '**/*.o',
      '--name',
      'x/$NAME',
      '--expire-in',
      '1 week',
      '--artifact-format',
      'zip',
      '--artifact-type',
      'archive',
      '--timeout',
      '1h0m0s',
      '--response-header-timeout',
      '10m0s',
    );
    expect(result.status).toBe(0);
    const [request] = server.received;
    expect([request?.method, request?.url.pathname]).toEqual(['POST', '/api/v4/jobs/42/artifacts']);
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
      expire_in: '1 week',
      artifact_format: 'zip',
      artifact_type: 'archive',
    });
    expect(request?.headers['job-token']).toBe(token);
    const { name, content } = await uploadedFile(request!);
    expect(name).toBe('build-7.zip');
    const zip = await fromBufferPromise(content, { lazyEntries: true });
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) names.push(entry.fileName);
    expect(names).toEqual(['out/', 'out/a.txt']);
    expect(result.stderr).toContain('out: found 2 matching files and directories');
    expect(result.stderr).toContain('uploading artifacts as "archive" to coordinator... 201 Created (job 42)');
    expect(result.stderr).not.toContain(token);
  });

  it('sends reports as gzip, and single files raw', async () => {
    const server = await fakeServer(created);
    const directory = project({ 'junit.xml': '<x/>' });
    await upload(server.url, directory, '--path', '*.xml', '--artifact-format', 'gzip', '--name', 'junit.xml');
    await upload(server.url, directory, '--path', '*.xml', '--artifact-format', 'raw', '--name', 'junit.xml');
    const [gzip, raw] = await Promise.all(server.received.map(uploadedFile));
    expect([gzip?.name, raw?.name]).toEqual(['junit.xml.gz', 'junit.xml']);
    expect([String(gunzipSync(gzip!.content)), String(raw!.content)]).toEqual(['<x/>', '<x/>']);
  });

  it('takes its credentials from the job', async () => {
    const server = await fakeServer(created);
    const env = { CI_SERVER_URL: `${server.url}/gitlab/ci`, CI_JOB_TOKEN: token, CI_JOB_ID: '7' };
    const result = await runHelper(project({ f: '' }), ['artifacts-uploader', '--path', 'f'], env);
    expect(result.status).toBe(0);
    expect(server.received[0]?.url.pathname).toBe('/gitlab/api/v4/jobs/7/artifacts');
    expect(server.received[0]?.url.search).toBe('');
  });

  it('has nothing to do without files', async () => {
    const server = await fakeServer(created);
    const result = await upload(server.url, project(), '--path', 'nothing');
    expect([result.status, server.count()]).toEqual([0, 0]);
    expect(result.stderr).toContain('ERROR: no files to upload');
  });

  it.each([
    [400, 'refused the request'],
    [401, 'unauthorized'],
    [403, 'permission denied'],
    [404, 'not known'],
    [413, 'too large'],
  ])('does not try again after %i', async (status, meaning) => {
    const server = await fakeServer({
      status,
      headers: { 'content-type': 'application/json', 'x-request-id': 'abc' },
      body: '{"message":"because"}',
    });
    const result = await upload(server.url, project({ f: 'x' }), '--path', 'f');
    expect([result.status, server.count()]).toEqual([1, 1]);
    expect(result.stderr).toContain(meaning);
    expect(result.stderr).toContain('because (correlation id abc)');
    expect(result.stderr).not.toContain(token);
  });

  it('tries again after a 500 and a broken connection, with the whole archive', async () => {
    const server = await fakeServer({ status: 500 }, { handle: hangUp }, created);
    const result = await upload(
      server.url,
      project({ f: 'x'.repeat(100_000) }),
      '--path',
      'f',
      '--compression-level',
      'fastest',
    );
    expect([result.status, result.pauses, server.count()]).toEqual([0, [1000, 2000], 3]);
    const { content } = await uploadedFile(server.received.at(-1)!);
    expect(content.length).toBeGreaterThan(100_000);
  });

  it('gives up after three tries, and after six when the server asks for patience', async () => {
    const failing = await fakeServer({ status: 502 });
    expect((await upload(failing.url, project({ f: '' }), '--path', 'f')).status).toBe(1);
    expect(failing.count()).toBe(3);
    const busy = await fakeServer({ status: 503 });
    const result = await upload(busy.url, project({ f: '' }), '--path', 'f');
    expect([result.status, result.pauses, busy.count()]).toEqual([1, [1000, 2000, 4000, 5000, 5000], 6]);
  });

  it('hears an answer that comes before the archive was sent', async () => {
    const handle = (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(413, { connection: 'close' }).end();
    };
    const server = await fakeServer({ handle });
    const directory = project();
    writeFileSync(join(directory, 'big'), Buffer.alloc(30_000_000, 'x'));
    const result = await upload(server.url, directory, '--path', 'big', '--compression-level', 'fastest');
    expect([result.status, server.count()]).toEqual([1, 1]);
    expect(result.stderr).toContain('413');
  });

  it('does not send again what cannot be packed', async () => {
    const server = await fakeServer(created);
    const result = await upload(server.url, project({ a: '', b: '' }), '--path', '*', '--artifact-format', 'raw');
    expect([result.status, result.pauses]).toEqual([1, []]);
    expect(result.stderr).toContain('only one file can be sent as raw');
    expect(server.received).toEqual([]);
  });

  it('goes to the server that the first one names', async () => {
    const primary = await fakeServer(created);
    const secondary = await fakeServer({ status: 307, headers: { location: `${primary.url}/any/path?x=1` } });
    const result = await upload(secondary.url, project({ f: '' }), '--path', 'f');
    expect([result.status, secondary.count()]).toEqual([0, 1]);
    expect(primary.received[0]?.url.pathname).toBe('/api/v4/jobs/42/artifacts');
  });

  it('ends when the time is up', async () => {
    const server = await fakeServer({ handle: () => undefined });
    const result = await upload(server.url, project({ f: '' }), '--path', 'f', '--timeout', '100ms');
    expect([result.status, server.count()]).toEqual([1, 3]);
    expect(result.stderr).toContain('timeout');
  });
});

describe('artifacts-downloader', () => {
  const zip = craftZip([{ name: 'd/f.txt', content: 'content' }]);

  it('extracts what it gets', async () => {
    const server = await fakeServer({ body: zip });
    const directory = scratch();
    const result = await download(server.url, directory);
    expect(result.status).toBe(0);
    expect(readFileSync(join(directory, 'd/f.txt'), 'utf8')).toBe('content');
    expect(server.received[0]?.headers['job-token']).toBe(token);
    expect(server.received[0]?.url.search).toBe('');
  });

  it.each(['localhost', '127.0.0.1'])('follows a redirect to %s, and leaves the token behind', async (host) => {
    const storage = await fakeServer({ body: zip });
    const location = `http://${host}:${storage.port}/bucket?signature=s3cret`;
    const server = await fakeServer({ status: 302, headers: { location } });
    const result = await download(server.url, scratch(), '--direct-download');
    expect(result.status).toBe(0);
    expect(server.received[0]?.url.search).toBe('?direct_download=true');
    expect(storage.received[0]?.headers['job-token']).toBeUndefined();
    expect(storage.received[0]?.url.search).toBe('?signature=s3cret');
    expect(result.stderr).not.toContain('s3cret');
  });

  it('keeps the token on the same server', async () => {
    const server = await fakeServer({ status: 307, headers: { location: '/elsewhere' } }, { body: zip });
    expect((await download(server.url, scratch())).status).toBe(0);
    expect(server.received.map(({ url, headers }) => [url.pathname, headers['job-token']])).toEqual([
      ['/api/v4/jobs/42/artifacts', token],
      ['/elsewhere', token],
    ]);
  });

  it('asks for direct download only once, and goes on after a connection that broke', async () => {
    const half = (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': String(zip.length) }).write(zip.subarray(0, 20));
      setTimeout(() => response.destroy(), 20);
    };
    const server = await fakeServer({ handle: half }, { status: 500 }, { body: zip });
    const directory = scratch();
    const result = await download(server.url, directory, '--direct-download');
    expect([result.status, result.pauses]).toEqual([0, [1000, 1000]]);
    expect(server.received.map(({ url }) => url.search)).toEqual(['', '']);
    expect(readFileSync(join(directory, 'd/f.txt'), 'utf8')).toBe('content');
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'permission denied'],
    [404, 'not found'],
  ])('does not try again after %i', async (status, meaning) => {
    const server = await fakeServer({ status });
    const result = await download(server.url, scratch());
    expect([result.status, server.count()]).toEqual([1, 1]);
    expect(result.stderr).toContain(meaning);
  });

  it('gives up on a redirect that has no end', async () => {
    const server = await fakeServer({ status: 302, headers: { location: '/again' } });
    const result = await download(server.url, scratch(), '--retry', '0');
    expect([result.status, server.count()]).toEqual([1, 11]);
    expect(result.stderr).toContain('more than 10 redirects');
  });

  it.each([
    ['what is no archive', Buffer.from('<html>'), 'no zip archive'],
    ['nothing', Buffer.alloc(0), 'no zip archive'],
    ['a zstd archive', Buffer.from('28b52ffd00', 'hex'), 'zstd'],
    ['an archive that leads out', craftZip([{ name: '../evil' }]), 'refused to extract'],
  ])('fails for %s', async (_name, body, message) => {
    const result = await download((await fakeServer({ body })).url, scratch());
    expect(result.status).toBe(1);
    expect(result.stderr).toContain(message);
  });
});

it.each(['artifacts-uploader', 'artifacts-downloader'])('%s says all that is missing', async (command) => {
  const result = await runHelper(scratch(), [command, '--token', 'with\nbreak']);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('missing --url, --id');
  const bad = await runHelper(scratch(), [command, '--url', 'ftp://x', '--id', '1', '--token', 'with\nbreak']);
  expect(bad.stderr).toContain('--token has characters');
  expect((await runHelper(scratch(), [command, '--url', 'x?secret', '--id', '1', '--token', 't'])).stderr).toContain(
    '--url must be an http or https URL',
  );
});
