import { createHooks, type Logger } from '@podwright/core';
import { CoordinatorError, RunnerRefusedError, type JobAnswer, type JobRequest } from '@podwright/gitlab';
import { describe, expect, it } from 'vitest';
import { askForJobs, type HandedOut } from './ask-for-jobs.ts';
import { Places } from './places.ts';
import { runnerInfo } from './runner-info.ts';

const job = { kind: 'job', job: { id: 1 } } as unknown as HandedOut;
const none: JobAnswer = { kind: 'none', lastUpdate: 'u1' };

/** Asks a GitLab that gives these answers, and then none any more. */
function asking(
  answers: (JobAnswer | Error | ((request: JobRequest) => Promise<JobAnswer>))[],
  common = new Places(1),
) {
  const stop = new AbortController();
  const requests: JobRequest[] = [];
  const started: HandedOut[] = [];
  const lines: string[] = [];
  const line = (_: object, message: string): void => void lines.push(message);
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger };
  const hooks = createHooks();
  const done = askForJobs(
    {
      coordinator: {
        async requestJob(request) {
          requests.push(request);
          const next = answers.shift();
          if (next === undefined) stop.abort(new Error('enough'));
          if (next instanceof Error) throw next;
          return typeof next === 'function' ? next(request) : (next ?? none);
        },
      },
      info: runnerInfo({ shell: '' }),
      hooks,
      own: new Places(Infinity),
      common,
      interval: () => 1,
      logger,
      start: async (handed) => void started.push(handed),
    },
    stop.signal,
  );
  return { stop, requests, started, lines, hooks, done };
}

describe('asking for jobs', () => {
  it('goes on after jobs, after none, and after failures', async () => {
    const failure = new CoordinatorError('POST /jobs/request: HTTP 500', 500, 1);
    const run = asking([job, none, failure, job]);
    await run.done;
    expect(run.started).toEqual([job, job]);
    expect(run.requests.map(({ lastUpdate }) => lastUpdate)).toEqual([undefined, undefined, 'u1', 'u1', 'u1']);
    expect(run.lines).toEqual(['POST /jobs/request: HTTP 500']);
  });

  it('ends when GitLab refuses the runner', async () => {
    const run = asking([new RunnerRefusedError('refused'), job]);
    await run.done;
    expect(run.started).toEqual([]);
    expect(run.lines).toEqual([expect.stringContaining('asks for no more jobs until the configuration is changed')]);
  });

  it('asks for nothing while a plugin wants no job', async () => {
    const run = asking([job]);
    let refusals = 0;
    run.hooks.beforeRequest.tap('quota', (decision) => {
      if ((refusals += 1) < 3) decision.notNow('used up');
    });
    await run.done;
    expect(run.requests).toHaveLength(2);
    expect(run.lines).toContain('a plugin wants no job for now');
  });

  it('does not let GitLab hold its answer back while another runner waits for the place', async () => {
    const common = new Places(1);
    const take = () => common.take(new AbortController().signal);
    let first: Promise<() => void> | undefined;
    const begin = async (): Promise<JobAnswer> => {
      first = take();
      return none;
    };
    const run = asking([begin, none, none], common);
    await expect.poll(() => first).toBeDefined();
    const releaseFirst = await first!;
    await expect.poll(() => common.isContended).toBe(true);
    const second = take();
    releaseFirst();
    (await second)();
    await run.done;
    expect(run.requests.map(({ lastUpdate }) => lastUpdate)).toEqual([undefined, undefined, 'u1', 'u1']);
  });

  it('asks for nothing once it is stopped, though it just got a place', async () => {
    const common = new Places(0);
    const run = asking([job], common);
    await expect.poll(() => common.isContended).toBe(true);
    common.setLimit(1);
    run.stop.abort(new Error('stopped'));
    await run.done;
    expect(run.requests).toEqual([]);
    (await common.take(new AbortController().signal))();
  });

  it('takes a job that comes while it is being stopped', async () => {
    const run = asking([
      async () => {
        run.stop.abort(new Error('stopped'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        return job;
      },
    ]);
    await run.done;
    expect(run.started).toEqual([job]);
    expect(run.requests).toHaveLength(1);
  });
});
