import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

/** What befalls a request instead of, before or after being served. */
export type Fault =
  | 'none'
  /** The connection breaks before anything is done. */
  | 'drop-before'
  /** All is done, and the connection breaks before the answer. */
  | 'drop-after'
  /** Told 416 with the size of the log, although the piece may have been right. */
  | 'mismatch'
  | { readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body?: unknown }
  /** Served after so many milliseconds. */
  | { readonly slow: number };

export interface FakeJob {
  readonly id: number;
  readonly token: string;
  trace: Buffer;
  /** GitLab's word: `running`, `canceling`, `canceled`, `success`, `failed`. */
  status: string;
  /** Bodies of its PUTs that were served. */
  readonly updates: Record<string, unknown>[];
  /** What was uploaded, by type, such as `archive` or `junit`. */
  readonly artifacts: Map<string, Buffer>;
  /** How many final updates are answered with 202 before one is taken. */
  digesting: number;
}

export interface FakeRunner {
  readonly id: number;
  /** What it was registered with; empty for one that was made in GitLab. */
  readonly registration: Readonly<Record<string, unknown>>;
  /** System ids of the machines that used its token. */
  readonly managers: Set<string>;
  /** A time as GitLab writes it; null for never. */
  expiresAt: string | null;
}

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

/** GitLab's side of the runner protocol: keeps logs, and takes only what goes on where they end. */
export class FakeGitLab {
  url = '';
  readonly runnerToken = 'glrt-secret-runner';
  readonly registrationToken = 'secret-registration';
  /** By their tokens. */
  readonly runners = new Map<string, FakeRunner>();
  /** One is taken for each request, in order. */
  readonly faults: Fault[] = [];
  readonly seen: Seen[] = [];
  /** Payloads to hand out. */
  readonly queue: unknown[] = [];
  readonly jobs = new Map<number, FakeJob>();
  /** Sent with each answer about a job. */
  jobHeaders: OutgoingHttpHeaders = {};
  lastUpdate = 'update-1';
  /** Most bytes a job's log grew by in one request. */
  largestPiece = 0;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  /** @param host address under which it is reached; another one than the default opens the port to all networks */
  static async start(host = '127.0.0.1'): Promise<FakeGitLab> {
    const gitlab = new FakeGitLab();
    gitlab.addRunner(gitlab.runnerToken);
    await new Promise<void>((resolve) => {
      gitlab.server.listen(0, host === '127.0.0.1' ? host : '0.0.0.0', resolve);
    });
    gitlab.url = `http://${host}:${(gitlab.server.address() as AddressInfo).port}`;
    return gitlab;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  addRunner(token: string, registration: Readonly<Record<string, unknown>> = {}): FakeRunner {
    const runner = { id: this.runners.size + 1, registration, managers: new Set<string>(), expiresAt: null };
    this.runners.set(token, runner);
    return runner;
  }

  addJob(id = 7, trace = ''): FakeJob {
    const token = `secret-job-${id}`;
    const job = {
      id,
      token,
      trace: Buffer.from(trace),
      status: 'running',
      updates: [],
      artifacts: new Map(),
      digesting: 0,
    };
    this.jobs.set(id, job);
    return job;
  }

  /**
   * A job to be handed out: without sources, and with an `after_script` that says how the script ended.
   * @param more replaces members of the payload
   */
  hand(script: readonly string[], more: Readonly<Record<string, unknown>> = {}): FakeJob {
    const job = this.addJob(this.jobs.size + 1);
    this.lastUpdate = `update-${job.id + 1}`;
    this.queue.push({
      job_info: { name: 'test', stage: 'test', project_id: 7, project_name: 'project' },
      git_info: {},
      runner_info: { timeout: 120 },
      variables: [{ key: 'GIT_STRATEGY', value: 'none', public: true }],
      steps: [
        { name: 'script', script },
        { name: 'after_script', script: ['echo "after: $CI_JOB_STATUS"'] },
      ],
      features: {
        trace_sections: true,
        failure_reasons: ['runner_interrupted', 'job_canceled', 'image_pull_failure'],
      },
      ...more,
      id: job.id,
      token: job.token,
    });
    return job;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.shift() ?? 'none';
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const { method = '', url: path = '', headers } = request;
    const seen: Seen = { method, path, headers, body: Buffer.concat(chunks) };
    this.seen.push(seen);
    if (fault === 'drop-before') return void request.socket.destroy();
    if (typeof fault === 'object' && 'status' in fault) return send(response, fault);
    if (typeof fault === 'object') await delay(fault.slow);
    const reply = fault === 'mismatch' ? this.mismatch(seen) : ((await this.artifacts(seen)) ?? this.serve(seen));
    if (fault === 'drop-after') return void request.socket.destroy();
    send(response, reply);
  }

  private serve(seen: Seen): Reply {
    const { method, path, body } = seen;
    const [, id, trace] = /^\/api\/v4\/jobs\/(\d+)(\/trace)?$/.exec(path) ?? [];
    if (id !== undefined) return this.serveJob(Number(id), seen, trace !== undefined);
    const asked = JSON.parse(body.toString()) as Record<string, unknown>;
    const endpoint = `${method} ${path}`;
    if (endpoint === 'POST /api/v4/runners') return this.register(asked);
    const token = String(asked['token']);
    const runner = this.runners.get(token);
    if (runner === undefined) return { status: 403, body: { message: `403 Forbidden ${token}` } };
    const systemId = (asked['system_id'] as string | undefined) ?? '';
    if (endpoint === 'DELETE /api/v4/runners/managers') {
      return runner.managers.delete(systemId) ? { status: 204 } : { status: 404, body: { message: '404 Not found' } };
    }
    if (systemId !== '') runner.managers.add(systemId);
    if (endpoint === 'POST /api/v4/runners/verify') return { status: 200, body: told(runner, token) };
    if (endpoint === 'DELETE /api/v4/runners') {
      this.runners.delete(token);
      return { status: 204 };
    }
    if (endpoint !== 'POST /api/v4/jobs/request') return { status: 404 };
    if (this.queue.length > 0 && asked['last_update'] !== this.lastUpdate)
      return { status: 201, body: this.queue.shift() };
    return { status: 204, headers: { 'x-gitlab-last-update': this.lastUpdate } };
  }

  private register(asked: Record<string, unknown>): Reply {
    if (asked['token'] !== this.registrationToken) return { status: 403 };
    const timeout = asked['maximum_timeout'];
    if (timeout !== undefined && Number(timeout) < 600) {
      const message = { maximum_timeout: ['needs to be at least 10 minutes'] };
      return { status: 400, body: { message } };
    }
    const token = `glrtr-secret-registered-${this.runners.size + 1}`;
    return { status: 201, body: told(this.addRunner(token, asked), token) };
  }

  /** A job uploads to itself while it runs; whoever has its token downloads. */
  private async artifacts({ method, path, headers, body }: Seen): Promise<Reply | undefined> {
    const url = new URL(path, 'http://gitlab');
    const [, id] = /^\/api\/v4\/jobs\/(\d+)\/artifacts$/.exec(url.pathname) ?? [];
    if (id === undefined) return undefined;
    const job = this.jobs.get(Number(id));
    if (job === undefined || headers['job-token'] !== job.token) return { status: 403 };
    if (method === 'GET') {
      const archive = job.artifacts.get('archive');
      return archive === undefined ? { status: 404 } : { status: 200, body: archive };
    }
    if (method !== 'POST') return { status: 405 };
    if (job.status !== 'running') return { status: 403 };
    const form = new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
    const file = (await form).get('file');
    if (file === null || typeof file === 'string') return { status: 400 };
    job.artifacts.set(url.searchParams.get('artifact_type') ?? 'archive', Buffer.from(await file.arrayBuffer()));
    return { status: 201, body: {} };
  }

  private serveJob(id: number, seen: Seen, isTrace: boolean): Reply {
    const job = this.jobs.get(id);
    if (job === undefined) return { status: 404 };
    const headers = { 'job-status': job.status, ...this.jobHeaders };
    if (job.status !== 'running' && job.status !== 'canceling') return { status: 403, headers };
    const reply = isTrace ? this.append(job, seen) : this.update(job, seen);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }

  private mismatch({ path }: Seen): Reply {
    const job = this.jobs.get(Number(/\d+/.exec(path.slice('/api/v4'.length))?.[0]));
    return { status: 416, headers: { range: `0-${job?.trace.length ?? 0}` } };
  }

  private append(job: FakeJob, { headers, body }: Seen): Reply {
    if (headers['job-token'] !== job.token) return { status: 403 };
    const [, from, to] = /^(\d+)-(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    if (from === undefined || Number(to) - Number(from) + 1 !== body.length) return { status: 400 };
    if (Number(from) !== job.trace.length) return { status: 416, headers: { range: `0-${job.trace.length}` } };
    job.trace = Buffer.concat([job.trace, body]);
    this.largestPiece = Math.max(this.largestPiece, body.length);
    return { status: 202, headers: { range: `0-${job.trace.length}` } };
  }

  private update(job: FakeJob, { body }: Seen): Reply {
    const update = JSON.parse(body.toString()) as Record<string, unknown>;
    if (update['token'] !== job.token) return { status: 403 };
    job.updates.push(update);
    if (update['state'] === 'running') return { status: 200 };
    if (job.digesting > 0) {
      job.digesting -= 1;
      return { status: 202 };
    }
    job.status = String(update['state']);
    return { status: 200, headers: { 'job-status': 'running' } };
  }
}

function told({ id, expiresAt }: FakeRunner, token: string): Record<string, unknown> {
  return { id, token, token_expires_at: expiresAt };
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body instanceof Uint8Array) return void response.writeHead(status, headers).end(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** The checksum as GitLab computes it. */
export function checksumOf(bytes: Uint8Array): string {
  return `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`;
}
