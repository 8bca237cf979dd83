import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { send, type Fault, type Reply, type Seen } from './exchange.ts';
import { FakeJob } from './fake-job.ts';
import { kindOf, problemOfJobRequest, problemOfPiece, problemOfUpdate, problemOfUpload } from './strict.ts';

export type { FakeJob, Fault };

export interface FakeRunner {
  readonly id: number;
  /** What it was registered with; empty for one that was made in GitLab. */
  readonly registration: Readonly<Record<string, unknown>>;
  /** System ids of the machines that used its token. */
  readonly managers: Set<string>;
  /** A time as GitLab writes it; null for never. */
  expiresAt: string | null;
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
  /** What was refused because the runner broke the protocol, in words. Empty unless a test provokes it. */
  readonly complaints: string[] = [];
  /** How many final updates of a new job are answered with 202 before one is taken. */
  digesting = 0;
  /** Whether jobs are committed in two phases with a runner that can do it. */
  isTwoPhase = true;
  /** Milliseconds after which a job that no runner has accepted is handed out anew. */
  acceptWithin = 120_000;
  /** Told what happened to a job, and the piece that its log grew by. */
  onEvent: (job: FakeJob, what: 'handed' | 'trace' | 'ended', piece?: Uint8Array) => void = () => undefined;
  /** Most bytes a job's log grew by in one request. */
  largestPiece = 0;
  private lastId = 0;
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
    const job = new FakeJob(id, `secret-job-${id}`);
    job.trace = Buffer.from(trace);
    job.digesting = this.digesting;
    this.jobs.set(id, job);
    this.lastId = Math.max(this.lastId, id);
    return job;
  }

  /**
   * A job to be handed out: without sources, and with an `after_script` that says how the script ended.
   * @param more replaces members of the payload
   */
  hand(script: readonly string[], more: Readonly<Record<string, unknown>> = {}): FakeJob {
    const job = this.addJob(this.lastId + 1);
    this.lastUpdate = `update-${job.id + 1}`;
    const payload = {
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
    };
    job.failureReasons = payload.features.failure_reasons;
    this.queue.push(payload);
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
    return this.handOut(asked) ?? { status: 204, headers: { 'x-gitlab-last-update': this.lastUpdate } };
  }

  private handOut(asked: Readonly<Record<string, unknown>>): Reply | undefined {
    const problem = problemOfJobRequest(asked);
    if (problem !== undefined) return this.refuse('POST /jobs/request', problem);
    if (this.queue.length === 0 || asked['last_update'] === this.lastUpdate) return undefined;
    const payload = this.queue.shift();
    const job = this.jobs.get((payload as { id?: number }).id ?? -1);
    if (job !== undefined) {
      if (this.isTwoPhase && canAccept(asked)) this.awaitAcceptance(job, payload);
      this.onEvent(job, 'handed');
    }
    return { status: 201, body: payload };
  }

  private awaitAcceptance(job: FakeJob, payload: unknown): void {
    job.status = 'pending';
    const takeBack = (): void => {
      if (job.status !== 'pending') return;
      job.status = 'created';
      this.queue.push(payload);
      this.lastUpdate += '+';
    };
    setTimeout(takeBack, this.acceptWithin).unref();
  }

  private refuse(what: string, problem: string): Reply {
    this.complaints.push(`${what}: ${problem}`);
    return { status: 400, body: { message: `400 Bad request - ${problem}` } };
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
    if (job === undefined || headers['job-token'] !== job.token) return this.forbid(`artifacts of job ${id}`);
    if (method === 'GET') {
      const archive = job.artifacts.get('archive');
      return archive === undefined ? { status: 404 } : { status: 200, body: archive };
    }
    if (method !== 'POST') return { status: 405 };
    if (!job.isOpen) return { status: 403 };
    const type = headers['content-type'] ?? '';
    const file = (await new Response(body, { headers: { 'content-type': type } }).formData()).get('file');
    if (file === null || typeof file === 'string') return this.refuse(`artifacts of job ${id}`, 'no file');
    return this.store(job, url.searchParams, file);
  }

  private async store(job: FakeJob, query: URLSearchParams, file: File): Promise<Reply> {
    const problem = problemOfUpload(job, query, file.name);
    if (problem !== undefined) return this.refuse(`artifacts of job ${job.id}`, problem);
    const { type, format } = kindOf(query);
    job.artifacts.set(type, Buffer.from(await file.arrayBuffer()));
    job.uploads.set(type, { filename: file.name, format, expireIn: query.get('expire_in') });
    return { status: 201, body: {} };
  }

  private forbid(what: string): Reply {
    this.complaints.push(`${what}: wrong or missing token`);
    return { status: 403 };
  }

  private serveJob(id: number, seen: Seen, isTrace: boolean): Reply {
    const job = this.jobs.get(id);
    if (job === undefined) return { status: 404 };
    const headers = { 'job-status': job.status, ...this.jobHeaders };
    if (!isTrace && job.status === 'pending') return this.accept(job, seen);
    if (job.status === 'created') return { status: 409, body: { message: '409 Conflict' } };
    if (!job.isOpen) return { status: 403, headers };
    const reply = isTrace ? this.append(job, seen) : this.update(job, seen);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }

  private accept(job: FakeJob, { body }: Seen): Reply {
    const { token, state } = JSON.parse(body.toString()) as Record<string, unknown>;
    if (token !== job.token) return this.forbid(`job ${job.id}`);
    if (state !== 'running') return this.refuse(`job ${job.id}`, `${String(state)} before it was accepted`);
    job.status = 'running';
    return { status: 200, headers: { 'job-status': job.status } };
  }

  private mismatch({ path }: Seen): Reply {
    const job = this.jobs.get(Number(/\d+/.exec(path.slice('/api/v4'.length))?.[0]));
    return { status: 416, headers: { range: `0-${job?.size ?? 0}` } };
  }

  private append(job: FakeJob, { headers, body }: Seen): Reply {
    const what = `trace of job ${job.id}`;
    if (headers['job-token'] !== job.token) return this.forbid(what);
    const [, from, to] = /^(\d+)-(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    const problem = problemOfPiece(headers, from, to, body.length);
    if (problem !== undefined) return this.refuse(what, problem);
    if (Number(from) !== job.size) return { status: 416, headers: { range: `0-${job.size}` } };
    job.append(body);
    this.largestPiece = Math.max(this.largestPiece, body.length);
    this.onEvent(job, 'trace', body);
    return { status: 202, headers: { range: `0-${job.size}` } };
  }

  private update(job: FakeJob, { body }: Seen): Reply {
    const what = `job ${job.id}`;
    const update = JSON.parse(body.toString()) as Record<string, unknown>;
    if (update['token'] !== job.token) return this.forbid(what);
    const problem = problemOfUpdate(job, update);
    if (problem !== undefined) return this.refuse(what, problem);
    job.updates.push(update);
    if (update['state'] === 'running') return { status: 200 };
    if (job.digesting > 0) {
      job.digesting -= 1;
      return { status: 202 };
    }
    job.status = job.status === 'canceling' ? 'canceled' : String(update['state']);
    this.onEvent(job, 'ended');
    return { status: 200, headers: { 'job-status': 'running' } };
  }
}

function canAccept({ info }: Readonly<Record<string, unknown>>): boolean {
  const { features } = info as { readonly features: Readonly<Record<string, unknown>> };
  return features['two_phase_job_commit'] === true;
}

function told({ id, expiresAt }: FakeRunner, token: string): Record<string, unknown> {
  return { id, token, token_expires_at: expiresAt };
}

/** The checksum as GitLab computes it. */
export function checksumOf(bytes: Uint8Array): string {
  return `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`;
}
