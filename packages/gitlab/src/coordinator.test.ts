import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { PodwrightError } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeAuthority, makeIdentity } from '../../cluster/test/certificates.ts';
import { Coordinator } from './coordinator.ts';
import { CoordinatorError, CoordinatorUnreachableError, JobGoneError, RunnerRefusedError } from './errors.ts';
import type { JobUpdate } from './job-update.ts';
import { register } from './register.ts';
import { checksumOf, FakeGitLab, type Fault, type FakeJob } from './test-kit/fake-gitlab.ts';
import { info, quickTiming } from './test-kit/quick.ts';

const { signal } = new AbortController();
const payload = {
  id: 7,
  token: 'secret-job-7',
  steps: [{ name: 'script', script: ['make'] }],
  job_info: {},
  git_info: {},
  features: { failure_reasons: ['image_pull_failure'] },
};
const trace = { checksum: checksumOf(Buffer.from('hello')), bytesize: 5 };
let gitlab: FakeGitLab;
let coordinator: Coordinator;

beforeEach(async () => {
  gitlab = await FakeGitLab.start();
  coordinator = new Coordinator({ url: gitlab.url, token: gitlab.runnerToken, systemId: 's_1', timing: quickTiming });
});

afterEach(async () => {
  expect(gitlab.complaints).toEqual([]);
  await coordinator.close();
  await gitlab.close();
});

function bodies(): unknown[] {
  return gitlab.seen.map(({ body }) => JSON.parse(body.toString()) as unknown);
}

describe('the runner', () => {
  test('is registered, with the defaults of GitLab Runner', async () => {
    const { registrationToken: token, url } = gitlab;
    await expect(register({ url }, { token, tags: ['a', 'b'], info }, signal)).resolves.toEqual({
      id: 2,
      token: 'glrtr-secret-registered-2',
    });
    const more = { description: 'mine', maximumTimeout: 600, paused: true, maintenanceNote: 'note' };
    await register({ url }, { token, ...more }, signal);
    const defaults = { token, run_untagged: true, locked: true, active: true };
    expect(bodies()).toEqual([
      { ...defaults, info, tag_list: 'a,b', run_untagged: false },
      { ...defaults, description: 'mine', maximum_timeout: 600, active: false, maintenance_note: 'note' },
    ]);
  });

  test('is not registered where only runners made in GitLab are wanted', async () => {
    gitlab.faults.push({ status: 410, body: { message: '410 Gone - runner registration disallowed' } });
    const registering = register({ url: gitlab.url }, { token: gitlab.registrationToken }, signal);
    await expect(registering).rejects.toThrow(/switched off in this GitLab; make the runner in GitLab/);
  });

  test.each([
    [
      { id: 7, token_expires_at: '2027-01-02T03:04:05.678Z' },
      { id: 7, tokenExpiresAt: new Date('2027-01-02T03:04:05.678Z') },
    ],
    [{ id: 7, token_expires_at: null }, { id: 7 }],
    [{ id: 'x', token_expires_at: 'never' }, {}],
    [{}, {}],
    ['no object', {}],
  ])('is told what GitLab knows: %j', async (body, known) => {
    gitlab.faults.push({ status: 200, body }, { status: 201, body: { ...Object(body), token: 'secret' } });
    await expect(coordinator.verify(signal)).resolves.toEqual(known);
    const { registrationToken: token, url } = gitlab;
    await expect(register({ url }, { token }, signal)).resolves.toEqual({ ...known, token: 'secret' });
  });

  test('is not registered with a wrong token', async () => {
    const registering = register({ url: gitlab.url }, { token: 'secret-wrong' }, signal);
    await expect(registering).rejects.toThrow(RunnerRefusedError);
  });

  test('is not registered twice when the answer is lost', async () => {
    gitlab.faults.push('drop-after');
    const { registrationToken: token, url } = gitlab;
    await expect(register({ url, timing: quickTiming }, { token }, signal)).rejects.toThrow(
      CoordinatorUnreachableError,
    );
    expect(gitlab.seen).toHaveLength(1);
  });

  test('is verified until it is removed, which may be done twice', async () => {
    const shared = gitlab.addRunner('secret-shared');
    const own = new Coordinator({ url: gitlab.url, token: 'secret-shared', systemId: 's_1', timing: quickTiming });
    gitlab.faults.push('drop-before', { status: 500 });
    await expect(own.verify(signal, info)).resolves.toEqual({ id: shared.id });
    expect(bodies().at(-1)).toEqual({ token: 'secret-shared', system_id: 's_1', info });
    gitlab.faults.push('drop-after');
    await expect(own.unregister(signal)).resolves.toBe(false);
    await expect(own.verify(signal)).resolves.toBeUndefined();
    await own.close();
  });

  test('that was made in GitLab stays there, without this machine', async () => {
    await coordinator.verify(signal);
    const { managers } = gitlab.runners.get(gitlab.runnerToken) ?? {};
    expect(managers).toEqual(new Set(['s_1']));
    await expect(coordinator.unregister(signal)).resolves.toBe(true);
    expect(managers).toEqual(new Set());
    await expect(coordinator.unregister(signal)).resolves.toBe(false);
    expect(gitlab.seen.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v4/runners/managers' });
    gitlab.faults.push({ status: 404, body: 'no GitLab' });
    await expect(coordinator.unregister(signal)).rejects.toThrow('check that url is that of a GitLab');
  });
});

describe('asking for a job', () => {
  test('gives the job, raw and parsed', async () => {
    const raw = { ...payload, hooks: [] };
    gitlab.queue.push(raw);
    const answer = await coordinator.requestJob({ info, signal });
    expect(answer).toMatchObject({
      kind: 'job',
      job: { id: 7, token: 'secret-job-7', failureReasons: ['image_pull_failure'], raw, payload: { id: 7 } },
    });
    expect(bodies()).toEqual([{ token: gitlab.runnerToken, system_id: 's_1', info }]);
  });

  test('without one says what to ask with next, and keeps it as long as GitLab says nothing else', async () => {
    const first = await coordinator.requestJob({ info, signal });
    expect(first).toEqual({ kind: 'none', lastUpdate: 'update-1' });
    gitlab.faults.push({ status: 409 });
    await expect(coordinator.requestJob({ info, signal, lastUpdate: 'update-1' })).resolves.toEqual(first);
    expect(bodies().at(-1)).toMatchObject({ last_update: 'update-1' });
  });

  test('gives a job that cannot be run as one to be reported', async () => {
    gitlab.queue.push({ ...payload, steps: [] });
    const answer = await coordinator.requestJob({ info, signal });
    expect(answer).toMatchObject({ kind: 'unusable', job: { id: 7, token: 'secret-job-7' } });
    expect((answer as { error: Error }).error.message).toContain('the job has no script');
  });

  test('waits its turn when GitLab is busy', async () => {
    gitlab.faults.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 });
    await expect(coordinator.requestJob({ info, signal })).resolves.toMatchObject({ kind: 'none' });
    expect(gitlab.seen).toHaveLength(3);
  });

  test.each([['drop-after' as const], [{ status: 500 }]])('is not repeated after %j: it may be ours', async (fault) => {
    gitlab.faults.push(fault);
    await expect(coordinator.requestJob({ info, signal })).rejects.toThrow('POST /jobs/request at http://127.0.0.1');
    expect(gitlab.seen).toHaveLength(1);
  });

  test('tells a runner that was removed', async () => {
    gitlab.runners.clear();
    await expect(coordinator.requestJob({ info, signal })).rejects.toThrow(RunnerRefusedError);
  });

  test('ends when it is aborted', async () => {
    const controller = new AbortController();
    gitlab.faults.push({ slow: 60_000 });
    const asking = coordinator.requestJob({ info, signal: controller.signal });
    controller.abort(new Error('shutting down'));
    await expect(asking).rejects.toThrow('shutting down');
  });

  test('may be held back for longer than another request', async () => {
    const impatient = new Coordinator({
      url: gitlab.url,
      token: gitlab.runnerToken,
      timing: { request: 1, longPoll: 60_000, repeat: 0 },
    });
    gitlab.faults.push({ slow: 1_500 }, { slow: 60_000 });
    await expect(impatient.requestJob({ info, signal })).resolves.toMatchObject({ kind: 'none' });
    await expect(impatient.verify(signal)).rejects.toThrow(CoordinatorUnreachableError);
    await impatient.close();
  });
});

describe('a job', () => {
  let job: FakeJob & { failureReasons: string[] };

  beforeEach(() => {
    job = Object.assign(gitlab.addJob(), { failureReasons: ['image_pull_failure'] });
  });

  async function update(of: Partial<JobUpdate> = {}) {
    return coordinator.updateJob(job, { state: 'running', trace, ...of }, signal);
  }

  test.each<[Partial<JobUpdate>, object]>([
    [{ state: 'success' }, { state: 'success' }],
    [
      { state: 'failed', reason: 'script_failure', exitCode: 3 },
      { state: 'failed', failure_reason: 'script_failure', exit_code: 3 },
    ],
    [
      { state: 'failed', reason: 'image_pull_failure' },
      { state: 'failed', failure_reason: 'image_pull_failure' },
    ],
    [
      { state: 'failed', reason: 'runner_interrupted', exitCode: 0 },
      { state: 'failed', failure_reason: 'runner_system_failure' },
    ],
  ])('tells %j', async (of, expected) => {
    await expect(update(of)).resolves.toMatchObject({ accepted: true });
    expect(job.updates).toEqual([{ token: job.token, checksum: trace.checksum, output: trace, ...expected }]);
  });

  test('that GitLab still digests is not accepted yet', async () => {
    job.digesting = 1;
    await expect(update({ state: 'success' })).resolves.toMatchObject({ accepted: false });
    await expect(update({ state: 'success' })).resolves.toMatchObject({ accepted: true });
  });

  test('is told again after 429, 503 and broken connections', async () => {
    gitlab.faults.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 }, 'drop-before', 'drop-after');
    await expect(update()).resolves.toEqual({ accepted: true, canceling: false });
    expect(gitlab.seen).toHaveLength(5);
  });

  test('gives the time that GitLab asks for, when it is too long to wait for', async () => {
    gitlab.faults.push({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(update()).rejects.toMatchObject({ code: 'COORDINATOR', status: 429, retryAfter: 3_600_000 });
  });

  test('takes its log where it ends, and says where that is', async () => {
    const answer = await coordinator.patchTrace(job, 0, Buffer.from('hello'), signal);
    expect(answer).toEqual({ size: 5, canceling: false });
    expect(gitlab.seen[0]!.headers).toMatchObject({ 'content-range': '0-4', 'content-type': 'text/plain' });
    await expect(coordinator.patchTrace(job, 2, Buffer.from('llo!'), signal)).resolves.toMatchObject({ size: 5 });
    expect(job.trace.toString()).toBe('hello');
  });

  test('takes a piece once although the answer was lost', async () => {
    gitlab.faults.push('drop-after');
    await expect(coordinator.patchTrace(job, 0, Buffer.from('hello'), signal)).resolves.toMatchObject({ size: 5 });
    expect(job.trace.toString()).toBe('hello');
  });

  test('is not sent on from nowhere', async () => {
    gitlab.faults.push({ status: 416 });
    await expect(coordinator.patchTrace(job, 0, Buffer.from('hello'), signal)).rejects.toThrow(CoordinatorError);
  });

  test('brings news', async () => {
    job.status = 'canceling';
    gitlab.jobHeaders = { 'x-gitlab-trace-update-interval': '30' };
    const news = { canceling: true, interval: 30_000 };
    await expect(update()).resolves.toMatchObject(news);
    await expect(coordinator.patchTrace(job, 0, Buffer.from('hello'), signal)).resolves.toMatchObject(news);
  });

  test.each<[string, () => void, string | undefined]>([
    ['canceled', () => (job.status = 'canceled'), 'canceled'],
    ['dropped', () => (job.status = 'failed'), 'failed'],
    ['deleted', () => gitlab.jobs.clear(), undefined],
  ])('that was %s is gone', async (_, end, jobStatus) => {
    end();
    const gone = { code: 'JOB_GONE', jobStatus };
    await expect(update()).rejects.toMatchObject(gone);
    await expect(coordinator.patchTrace(job, 0, Buffer.from('hello'), signal)).rejects.toMatchObject(gone);
  });

  test('is gone when an answer of success says that it is canceled', async () => {
    gitlab.jobHeaders = { 'job-status': 'canceled' };
    await expect(update()).rejects.toThrow(JobGoneError);
  });
});

describe('errors', () => {
  test.each([
    [
      { status: 301, headers: { location: 'https://new.example.com/x?token=s' } },
      /redirected to https:\/\/new.example.com; set url to that$/,
    ],
    [{ status: 404 }, /check that url is that of a GitLab$/],
    [{ status: 200, body: 'welcome' }, /check url, and the proxy before it$/],
    [{ status: 400, body: { message: 'info is missing' } }, /HTTP 400; info is missing$/],
  ])('say what to do about %j', async (fault, message) => {
    gitlab.faults.push(fault);
    await expect(coordinator.requestJob({ info, signal })).rejects.toThrow(message);
  });

  const job = { id: 7, token: 'secret-job', failureReasons: [] };
  const calls: [string, string, () => Promise<unknown>][] = [
    ['register', 'secret-reg', async () => register({ url: gitlab.url }, { token: 'secret-reg' }, signal)],
    ['verify', 'glrt-secret-runner', async () => coordinator.verify(signal)],
    ['unregister', 'glrt-secret-runner', async () => coordinator.unregister(signal)],
    ['requestJob', 'glrt-secret-runner', async () => coordinator.requestJob({ info, signal })],
    ['updateJob', job.token, async () => coordinator.updateJob(job, { state: 'running', trace }, signal)],
    ['patchTrace', job.token, async () => coordinator.patchTrace(job, 0, Buffer.from('hello'), signal)],
  ];

  test.each(calls)('of %s hold no token, even if GitLab repeats it', async (_, token, call) => {
    const text = `${token} is not good`;
    const faults: Fault[] = [
      { status: 400, body: { message: text } },
      { status: 404, body: { error: [text] } },
      { status: 418, body: text },
      { status: 302, headers: { location: `https://new.example.com/${token}` } },
    ];
    for (const fault of faults) {
      gitlab.faults.push(fault);
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PodwrightError);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token);
    }
  });

  test('tell when there is nobody, and what to check', async () => {
    await gitlab.close();
    const lonely = new Coordinator({ url: gitlab.url, token: 't', timing: { repeat: 0 } });
    await expect(lonely.verify(signal)).rejects.toThrow(/ECONNREFUSED.*; check url/);
    await lonely.close();
  });

  test('come at once when the client was closed', async () => {
    await coordinator.close();
    await expect(coordinator.verify(signal)).rejects.toThrow('the client was closed');
  });
});

describe('TLS', () => {
  test('trusts the authority in ca, and shows its own certificate', async () => {
    const authority = makeAuthority('test authority');
    const server = makeIdentity(authority, 'server', ['127.0.0.1']);
    const client = makeIdentity(authority, 'runner');
    const peers: unknown[] = [];
    const https = createServer({ ...server, ca: authority.cert, requestCert: true }, (request, response) => {
      peers.push((request.socket as TLSSocket).getPeerCertificate().subject.CN);
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => {
      https.listen(0, '127.0.0.1', resolve);
    });
    const url = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
    const trusting = new Coordinator({ url, token: 't', tls: { ca: authority.cert, ...client } });
    const wary = new Coordinator({ url, token: 't' });
    await expect(trusting.verify(signal)).resolves.toEqual({});
    expect(peers).toEqual(['runner']);
    await expect(wary.verify(signal)).rejects.toThrow('check tls-ca-file');
    await Promise.all([trusting.close(), wary.close()]);
    await new Promise((resolve) => {
      https.close(resolve);
    });
  });
});
