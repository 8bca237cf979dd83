import type { JobFailure } from '@podwright/core';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Coordinator } from './coordinator.ts';
import { CoordinatorError, CoordinatorUnreachableError } from './errors.ts';
import { JobTraceSender, type JobTraceSenderDeps } from './job-trace-sender.ts';
import { checksumOf, FakeGitLab, type FakeJob, type Fault } from './test-kit/fake-gitlab.ts';
import { quickSettings, quickTiming, recordingLogger } from './test-kit/quick.ts';
import type { TraceSettings } from './trace-settings.ts';

const success = { state: 'success' } as const;
const failure: JobFailure = { state: 'failed', reason: 'script_failure', message: 'no', exitCode: 2 };
const never = 3_600_000;
let gitlab: FakeGitLab;
let coordinator: Coordinator;
let logger: ReturnType<typeof recordingLogger>;
let canceled: string[];
let senders: JobTraceSender[];

beforeAll(async () => {
  gitlab = await FakeGitLab.start();
  coordinator = new Coordinator({ url: gitlab.url, token: gitlab.runnerToken, timing: quickTiming });
});

afterAll(async () => {
  await coordinator.close();
  await gitlab.close();
});

beforeEach(() => {
  gitlab.faults.length = 0;
  gitlab.seen.length = 0;
  gitlab.jobHeaders = {};
  logger = recordingLogger();
  canceled = [];
  senders = [];
});

afterEach(async () => {
  await Promise.all(senders.map(async (sender) => sender.leave()));
  expect(gitlab.complaints).toEqual([]);
});

function start(job: FakeJob, settings: Partial<TraceSettings> = {}, deps: Partial<JobTraceSenderDeps> = {}) {
  const sender = new JobTraceSender({
    coordinator,
    job: { id: job.id, token: job.token, failureReasons: [] },
    logger,
    onCancel: (how) => canceled.push(how),
    settings: { ...quickSettings, ...settings },
    ...deps,
  });
  senders.push(sender);
  return sender;
}

function patches() {
  return gitlab.seen.filter(({ method }) => method === 'PATCH');
}

const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>('none', 'drop-before', 'drop-after', 'mismatch', { slow: 3 }),
  fc.constantFrom<Fault>({ status: 500 }, { status: 502 }, { status: 503, headers: { 'retry-after': '0' } }),
  fc.constantFrom<Fault>({ status: 429, headers: { 'retry-after': '0' } }, { status: 400 }, { status: 416 }),
);

describe('what GitLab has in the end', () => {
  test('is what was written, once, whatever befalls the requests and however the bytes are cut', async () => {
    let id = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 12 }),
        fc.array(anyFault, { maxLength: 9 }),
        fc.record({
          pieceLimit: fc.integer({ min: 1, max: 50 }),
          urgent: fc.integer({ min: 1, max: 80 }),
          bufferLimit: fc.integer({ min: 1, max: 100 }),
          ping: fc.constantFrom(0, never),
        }),
        fc.nat(100),
        fc.boolean(),
        fc.nat(2),
        async (chunks, faults, settings, has, told, digesting) => {
          const all = Buffer.concat(chunks);
          id += 1;
          const job = gitlab.addJob(id);
          job.trace = Buffer.from(all.subarray(0, has));
          job.digesting = digesting;
          const acknowledged = told ? job.trace.length : 0;
          gitlab.largestPiece = 0;
          gitlab.faults.splice(0, Infinity, ...faults);
          const sender = start(job, settings, { acknowledged });
          let written = 0;
          for (const chunk of chunks) {
            const room = sender.write(chunk);
            written += chunk.length;
            const waiting = written - Math.max(job.trace.length, acknowledged);
            expect(waiting).toBeLessThanOrEqual(settings.bufferLimit + chunk.length);
            await room;
          }
          await expect(sender.finish(success)).resolves.toBe('accepted');
          expect(job.trace.equals(all)).toBe(true);
          expect(gitlab.largestPiece).toBeLessThanOrEqual(settings.pieceLimit);
          const output = { checksum: checksumOf(all), bytesize: all.length };
          expect(job.updates.at(-1)).toMatchObject({ state: 'success', output });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is the result, with reason and exit code', async () => {
    const job = gitlab.addJob();
    await expect(start(job).finish(failure)).resolves.toBe('accepted');
    expect(job.updates).toMatchObject([{ state: 'failed', failure_reason: 'script_failure', exit_code: 2 }]);
  });

  test('is the result although every answer about it was lost', async () => {
    const job = gitlab.addJob();
    const sender = start(job);
    gitlab.faults.push('drop-after', 'drop-after');
    await expect(sender.finish(success)).resolves.toBe('accepted');
    expect(canceled).toEqual([]);
  });

  test('is not the rest, if it lost a part; the checksum then tells', async () => {
    const job = gitlab.addJob();
    const sender = start(job, { urgent: 1 });
    void sender.write(Buffer.from('hello'));
    await vi.waitFor(() => expect(job.trace.toString()).toBe('hello'));
    job.trace = Buffer.from('he');
    void sender.write(Buffer.from(' world'));
    await expect(sender.finish(success)).resolves.toBe('accepted');
    expect(job.trace.toString()).toBe('he');
    expect(job.updates.at(-1)).toMatchObject({ checksum: checksumOf(Buffer.from('hello world')) });
    expect(logger.lines.join('\n')).toContain('GitLab lost a part of the log');
  });
});

describe('while the job runs', () => {
  test('little waits for the interval, much is sent at once', async () => {
    const job = gitlab.addJob();
    const sender = start(job, { interval: never, intervalMax: never, urgent: 10 });
    void sender.write(Buffer.from('12345'));
    void sender.write(Buffer.from('67890'));
    await vi.waitFor(() => expect(job.trace.toString()).toBe('1234567890'));
    expect(patches()).toHaveLength(1);
  });

  test('the interval is the one that GitLab asks for, within bounds', async () => {
    const job = gitlab.addJob();
    gitlab.jobHeaders = { 'x-gitlab-trace-update-interval': '3600' };
    const sender = start(job, { interval: never, intervalMax: 1, urgent: 5 });
    void sender.write(Buffer.from('first'));
    await vi.waitFor(() => expect(job.trace.toString()).toBe('first'));
    void sender.write(Buffer.from('2nd'));
    await vi.waitFor(() => expect(job.trace.toString()).toBe('first2nd'));
  });

  test('the writer is held back as long as GitLab takes nothing', async () => {
    const job = gitlab.addJob();
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const patchTrace: Coordinator['patchTrace'] = async (...args) => {
      await opened;
      return coordinator.patchTrace(...args);
    };
    const gated = { patchTrace, updateJob: coordinator.updateJob.bind(coordinator) };
    const sender = start(job, { bufferLimit: 10 }, { coordinator: gated });
    expect(sender.write(Buffer.from('123456789'))).toBeUndefined();
    const told: string[] = [];
    const held = Promise.resolve(sender.write(Buffer.from('0'))).then(() => told.push('room'));
    await new Promise(setImmediate);
    told.push('opened');
    open();
    await held;
    expect(told).toEqual(['opened', 'room']);
    expect(job.trace.toString()).toBe('1234567890');
  });

  test('a cancel is noticed although nothing is printed, and told once', async () => {
    const job = gitlab.addJob();
    const sender = start(job, { ping: 0 });
    job.status = 'canceling';
    await vi.waitFor(() => expect(canceled).toEqual(['canceling']));
    void sender.write(Buffer.from('cleaning up'));
    await expect(sender.finish(failure)).resolves.toBe('accepted');
    expect(canceled).toEqual(['canceling']);
    expect(job.trace.toString()).toBe('cleaning up');
  });

  test.each<[string, (job: FakeJob) => void]>([
    ['canceled', (job) => (job.status = 'canceled')],
    ['dropped', (job) => (job.status = 'failed')],
    ['deleted', (job) => gitlab.jobs.delete(job.id)],
  ])('a job that was %s is given up, and holds nobody back', async (_, end) => {
    const job = gitlab.addJob();
    const sender = start(job, { ping: 0, bufferLimit: 1 });
    end(job);
    await sender.write(Buffer.from('still printing'));
    await vi.waitFor(() => expect(canceled).toEqual(['gone']));
    expect(sender.write(Buffer.from('more'))).toBeUndefined();
    const before = gitlab.seen.length;
    await expect(sender.finish(success)).resolves.toBe('stopped');
    expect(gitlab.seen).toHaveLength(before);
    expect(job.updates.filter(({ state }) => state === 'success')).toEqual([]);
  });

  test('no token is logged', async () => {
    const job = gitlab.addJob();
    const sender = start(job);
    gitlab.faults.push(
      { status: 400, body: { message: `bad ${job.token}` } },
      { status: 403, body: { error: job.token } },
    );
    void sender.write(Buffer.from('hello'));
    await vi.waitFor(() => expect(canceled).toEqual(['gone']));
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines.join('\n')).not.toContain(job.token);
  });
});

describe('a job that was handed out', () => {
  const handed = (status: string): FakeJob => Object.assign(gitlab.addJob(), { status });

  test('is accepted, however often the answer is lost', async () => {
    const job = handed('pending');
    gitlab.faults.push('drop-after', 'drop-after');
    await expect(start(job).accept()).resolves.toBe(true);
    expect(job.status).toBe('running');
  });

  test.each([
    ['taken back', 'created'],
    ['canceled meanwhile', 'canceled'],
  ])('is not run when it was %s', async (_, status) => {
    const sender = start(handed(status));
    await expect(sender.accept()).resolves.toBe(false);
    expect(canceled).toEqual(['gone']);
    await expect(sender.finish(success)).resolves.toBe('stopped');
  });

  test('is run, and accepted later, where GitLab cannot be reached', async () => {
    const job = handed('pending');
    const sender = start(job, { ping: 0 });
    gitlab.faults.push({ status: 400 });
    await expect(sender.accept()).resolves.toBe(true);
    await vi.waitFor(() => expect(job.status).toBe('running'));
    expect(canceled).toEqual([]);
  });

  test.each([
    ['its log', { urgent: 1 }],
    ['its result', {}],
  ])('is accepted before %s is sent, when it could not be at first', async (_, settings) => {
    const job = handed('pending');
    const sender = start(job, settings);
    gitlab.faults.push({ status: 400 }, { status: 400 });
    await expect(sender.accept()).resolves.toBe(true);
    void sender.write(Buffer.from('hello'));
    await expect(sender.finish(success)).resolves.toBe('accepted');
    expect(job.trace.toString()).toBe('hello');
    expect(canceled).toEqual([]);
  });
});

describe('the end', () => {
  test('fails when GitLab will not have it, and can be tried again', async () => {
    const job = gitlab.addJob();
    const sender = start(job, { finishTries: 2 });
    gitlab.faults.push({ status: 400 }, { status: 400 });
    await expect(sender.finish(success)).rejects.toMatchObject({ code: 'COORDINATOR', status: 400 });
    await expect(sender.finish(success)).resolves.toBe('accepted');
    expect(gitlab.seen).toHaveLength(3);
  });

  test('another runner goes on where one left', async () => {
    const job = gitlab.addJob();
    const first = start(job, { urgent: 1 });
    void first.write(Buffer.from('hello'));
    await vi.waitFor(() => expect(job.trace.toString()).toBe('hello'));
    await first.leave();
    void first.write(Buffer.from(' lost'));
    await expect(first.finish(success)).resolves.toBe('stopped');
    expect(job.status).toBe('running');
    const second = start(job, {}, { acknowledged: 5 });
    void second.write(Buffer.from('hello world'));
    await expect(second.finish(success)).resolves.toBe('accepted');
    expect(job.trace.toString()).toBe('hello world');
    expect(job.updates.at(-1)).toMatchObject({ checksum: checksumOf(Buffer.from('hello world')) });
  });
});

describe('in time', () => {
  const hour = 3_600_000;
  const job = { id: 9, token: 'secret-job-9', failureReasons: [] };
  let calls: string[];
  let answers: (() => void)[];
  let taking: boolean;
  let accepted: boolean;
  let interval: number;
  const stub: JobTraceSenderDeps['coordinator'] = {
    patchTrace: async (_, offset, bytes) => {
      calls.push(`patch ${bytes.length}`);
      answers.shift()?.();
      return { size: offset + (taking ? bytes.length : 0), canceling: false, interval };
    },
    updateJob: async (_, { state }) => {
      calls.push(state);
      answers.shift()?.();
      return { accepted, canceling: false };
    },
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    calls = [];
    answers = [];
    taking = true;
    accepted = true;
    interval = 3_000;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function begin(): JobTraceSender {
    const sender = new JobTraceSender({ coordinator: stub, job, logger, onCancel: (how) => canceled.push(how) });
    senders.push(sender);
    return sender;
  }

  test('what is written is sent every three seconds', async () => {
    const sender = begin();
    void sender.write(Buffer.from('ab'));
    await vi.advanceTimersByTimeAsync(2_999);
    void sender.write(Buffer.from('c'));
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(['patch 3']);
  });

  test('what somebody waits for is sent at once, but not when GitLab was in trouble', async () => {
    const sender = begin();
    void sender.write(Buffer.from('ab'));
    sender.expedite();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls).toEqual([]);
    void sender.write(Buffer.from('c'));
    await vi.advanceTimersByTimeAsync(49);
    void sender.write(Buffer.from('d'));
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(['patch 4']);
    answers.push(() => {
      throw new CoordinatorError('too many requests', 429, hour);
    });
    void sender.write(Buffer.from('d'));
    await vi.advanceTimersByTimeAsync(3_000);
    sender.expedite();
    void sender.write(Buffer.from('e'));
    await vi.advanceTimersByTimeAsync(hour - 1);
    expect(calls).toEqual(['patch 4', 'patch 1']);
  });

  test('GitLab is asked after thirty seconds of silence', async () => {
    begin();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(['running']);
  });

  test('GitLab is left alone as long as it asks for, however much is waiting', async () => {
    const sender = begin();
    answers.push(() => {
      throw new CoordinatorError('too many requests', 429, hour);
    });
    void sender.write(Buffer.alloc(600_000));
    await vi.advanceTimersByTimeAsync(0);
    void sender.write(Buffer.alloc(400_000));
    await vi.advanceTimersByTimeAsync(hour - 1);
    expect(calls).toEqual(['patch 600000']);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(['patch 600000', 'patch 1000000']);
  });

  test('GitLab is left alone when it takes nothing', async () => {
    const sender = begin();
    taking = false;
    answers.push(
      () => undefined,
      () => (taking = true),
    );
    void sender.write(Buffer.from('abc'));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(calls).toEqual(['patch 3']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(calls).toEqual(['patch 3', 'patch 3']);
    expect(logger.lines.join('')).toContain('took nothing from byte 0 on');
  });

  test('the end does not wait for the interval of a log that nobody reads', async () => {
    const sender = begin();
    interval = 60_000;
    accepted = false;
    answers.push(
      () => undefined,
      () => undefined,
      () => (accepted = true),
    );
    void sender.write(Buffer.from('abc'));
    const finishing = sender.finish(success);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(calls).toEqual(['patch 3', 'success']);
    await vi.advanceTimersByTimeAsync(1);
    await expect(finishing).resolves.toBe('accepted');
    expect(calls).toEqual(['patch 3', 'success', 'success']);
  });

  test('a result is told anew with pauses that grow', async () => {
    const sender = begin();
    answers = Array.from({ length: 10 }, () => () => {
      throw new CoordinatorUnreachableError('nobody there');
    });
    const finishing = sender.finish(success);
    await Promise.all([expect(finishing).rejects.toThrow('nobody there'), vi.advanceTimersByTimeAsync(hour)]);
    expect(calls).toHaveLength(10);
  });
});
