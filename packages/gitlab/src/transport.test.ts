import { createServer as createHttpServer, request as sendRequest, type Server } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { makeAuthority, makeIdentity } from '../../cluster/test/certificates.ts';
import { Coordinator } from './coordinator.ts';
import { quickTiming } from './test-kit/quick.ts';

const { signal } = new AbortController();
const servers: Pick<Server, 'close' | 'closeAllConnections'>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy behind which every host is the one at this port. */
async function startProxy(port: number, status = 200): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const note = (line: string, authorization = ''): void => {
    seen.push(`${line} ${Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()}`);
  };
  const proxy = createHttpServer((request, response) => {
    note(`${request.method} ${request.url}`, request.headers['proxy-authorization']);
    const { pathname } = new URL(request.url ?? '');
    request.pipe(
      sendRequest({ port, path: pathname, method: request.method ?? '' }, (answer) => {
        response.writeHead(answer.statusCode ?? 0);
        answer.pipe(response);
      }),
    );
  });
  proxy.on('connect', (request, client) => {
    note(`CONNECT ${request.url}`, request.headers['proxy-authorization']);
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const upstream = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  return { url: `http://user:pass%40word@127.0.0.1:${await listen(proxy)}`, seen };
}

test('goes through a proxy to a GitLab with TLS, with its own certificate', async () => {
  const authority = makeAuthority('test authority');
  const peers: unknown[] = [];
  const identity = makeIdentity(authority, 'server', ['gitlab.test']);
  const gitlab = createServer({ ...identity, ca: authority.cert, requestCert: true }, (request, response) => {
    peers.push((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    response.writeHead(200).end();
  });
  const proxy = await startProxy(await listen(gitlab));
  const tls = { ca: authority.cert, ...makeIdentity(authority, 'runner') };
  const env = { HTTPS_PROXY: proxy.url };
  const common = { url: 'https://gitlab.test', token: 't', env, timing: quickTiming };
  const coordinator = new Coordinator({ ...common, tls });
  await expect(coordinator.verify(signal)).resolves.toEqual({});
  expect(peers).toEqual(['runner']);
  expect(proxy.seen).toEqual(['CONNECT gitlab.test:443 user:pass@word']);
  const wary = new Coordinator(common);
  await expect(wary.verify(signal)).rejects.toThrow('check tls-ca-file');
  await Promise.all([coordinator.close(), wary.close()]);
});

test('asks a proxy itself for what a GitLab without TLS has', async () => {
  const gitlab = createHttpServer((_, response) => response.writeHead(200).end());
  const proxy = await startProxy(await listen(gitlab));
  const coordinator = new Coordinator({ url: 'http://gitlab.test', token: 't', env: { http_proxy: proxy.url } });
  await expect(coordinator.verify(signal)).resolves.toEqual({});
  await expect(coordinator.verify(signal)).resolves.toEqual({});
  const line = 'POST http://gitlab.test/api/v4/runners/verify user:pass@word';
  expect(proxy.seen).toEqual([line, line]);
  await coordinator.close();
});

test('goes past the proxy to a host of NO_PROXY', async () => {
  const proxy = await startProxy(1);
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: '.invalid' };
  const timing = { ...quickTiming, repeat: 0 };
  const coordinator = new Coordinator({ url: 'https://gitlab.invalid', token: 't', env, timing });
  await expect(coordinator.verify(signal)).rejects.toThrow('check url');
  expect(proxy.seen).toEqual([]);
  await coordinator.close();
});

test.each([
  ['refuses', 403],
  ['is not there', 0],
])('names a proxy that %s, without its password, and tries again', async (_, status) => {
  const proxy = await startProxy(1, status || 200);
  const port = status === 0 ? '1' : new URL(proxy.url).port;
  const env = { HTTPS_PROXY: `http://user:pass@127.0.0.1:${port}` };
  const timing = { ...quickTiming, repeat: 1000 };
  const coordinator = new Coordinator({ url: 'https://gitlab.test', token: 't', env, timing });
  const features = {
    name: '',
    version: '',
    revision: '',
    platform: '',
    architecture: '',
    executor: '',
    shell: '',
    features: {},
  };
  const asking = coordinator.requestJob({ info: features, signal });
  await expect(asking).rejects.toThrow(`through the proxy 127.0.0.1:${port}: `);
  await expect(asking).rejects.not.toThrow('pass');
  expect(proxy.seen.length > 1).toBe(status !== 0);
  await coordinator.close();
});
