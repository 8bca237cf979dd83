import { createServer, type Server } from 'node:http';
import { ConfigError, messageOf } from '@podwright/core';
import type { Registry } from 'prom-client';
import type { RunningJob } from './running-job.ts';

export interface ObserveOptions {
  /** As in `config.toml`: `:9252`, `127.0.0.1:9252`, `[::1]:9252` or a host alone. */
  readonly address: string;
  readonly registry: Registry;
  /** Those that run now. */
  readonly jobs: ReadonlySet<RunningJob>;
  /** Whether jobs are asked for. */
  readonly isReady: () => boolean;
}

export interface ObserveServer {
  /** The port that was opened. */
  readonly port: number;
  close(): Promise<void>;
}

/** GitLab Runner's. */
const defaultPort = 9252;

/**
 * Serves `/metrics`, `/healthz`, `/readyz` and `/debug/jobs/list`.
 * @throws ConfigError for an address that is none or cannot be used
 */
export async function observe(options: ObserveOptions): Promise<ObserveServer> {
  const { host, port } = parseAddress(options.address);
  const server = createServer((request, response) => {
    void answer(options, request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    });
  });
  await listen(server, host, port, options.address);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer({ registry, jobs, isReady }: ObserveOptions, url: string): Promise<Reply> {
  switch (url.replace(/\?.*/, '')) {
    case '/metrics':
      return { status: 200, type: registry.contentType, body: await registry.metrics() };
    case '/healthz':
      return text(200, 'ok\n');
    case '/readyz':
      return isReady() ? text(200, 'ok\n') : text(503, 'asks for no jobs\n');
    case '/debug/jobs/list':
      return text(200, [...jobs].map(lineOf).join(''));
    default:
      return text(404, 'there are /metrics, /healthz, /readyz and /debug/jobs/list\n');
  }
}

function text(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body };
}

function lineOf({ id, project, runner, stage, pod, begun }: RunningJob): string {
  const seconds = Math.round((Date.now() - begun.getTime()) / 1000);
  return `job=${id} project=${project} runner=${JSON.stringify(runner)} stage=${stage} pod=${pod} duration=${seconds}s\n`;
}

/** @throws ConfigError */
export function parseAddress(address: string): { readonly host: string | undefined; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(address);
  const port = Number(match?.[3] ?? defaultPort);
  if (match === null || port > 65_535) throw unusable(address, 'must be host:port, such as ":9252"');
  return { host: match[1] ?? (match[2] || undefined), port };
}

async function listen(server: Server, host: string | undefined, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unusable(address, messageOf(error))));
    server.listen({ port, ...(host !== undefined && { host }) }, resolve);
  });
}

function unusable(address: string, why: string): ConfigError {
  const message = `${JSON.stringify(address)} cannot be used: ${why}`;
  return new ConfigError('configuration', [{ path: 'listen_address', message, kind: 'invalid' }]);
}
