import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, type ExecutorHooks, type Logger, type RequestDecision } from '@podwright/core';
import { Failures, RunnerRefusedError, type Coordinator, type JobAnswer, type RunnerInfo } from '@podwright/gitlab';
import type { Places, Release } from './places.ts';

/** An answer with a job in it. */
export type HandedOut = Exclude<JobAnswer, { readonly kind: 'none' }>;

export interface AskForJobsDeps {
  readonly coordinator: Pick<Coordinator, 'requestJob'>;
  readonly info: RunnerInfo;
  readonly hooks: Pick<ExecutorHooks, 'beforeRequest'>;
  /** Of this runner (`limit`). */
  readonly own: Places;
  /** Of all runners (`concurrent`). */
  readonly common: Places;
  /** Milliseconds between two requests that brought nothing. */
  readonly interval: () => number;
  readonly logger: Logger;
  /** Runs the job. Never rejects. */
  readonly start: (handed: HandedOut) => Promise<void>;
}

/** Milliseconds; longest pause after failures unless GitLab asks for more. */
const longestPause = 60_000;
/** Milliseconds that an answer is still waited for once no more jobs are wanted: it may hold a job, which would be lost. */
const lastWait = 2000;

/**
 * Asks GitLab for jobs, one request after the other, whenever there is a place for one; a job keeps its place until it
 * has ended. Another request follows a job at once. Ends when the signal is aborted, or when GitLab refuses the runner; an
 * answer that is under way then may still bring a job.
 */
export async function askForJobs(deps: AskForJobsDeps, signal: AbortSignal): Promise<void> {
  const { logger } = deps;
  const failures = new Failures();
  let lastUpdate: string | undefined;
  while (!signal.aborted) {
    let release: Release | undefined;
    let pause = deps.interval();
    try {
      release = await takePlaces(deps, signal);
      const begun = Date.now();
      const mayAsk = await isAllowed(deps);
      // The place may have come just as the runner was stopped.
      signal.throwIfAborted();
      const answer = mayAsk ? await ask(deps, lastUpdate, signal) : undefined;
      failures.clear();
      lastUpdate = answer?.lastUpdate ?? lastUpdate;
      if (answer !== undefined && answer.kind !== 'none') {
        void deps.start(answer).finally(release);
        release = undefined;
        continue;
      }
      // Where GitLab held its answer back, that was the pause.
      if (answer !== undefined) pause -= Date.now() - begun;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RunnerRefusedError) {
        logger.error({}, `${messageOf(error)}. This runner asks for no more jobs until the configuration is changed.`);
        return;
      }
      failures.add(error);
      logger.warn({ failures: failures.count }, messageOf(error));
      pause = failures.pause(pause, longestPause);
    } finally {
      release?.();
    }
    await delay(Math.max(0, pause), undefined, { signal }).catch(() => undefined);
  }
}

/** The runner's own place first: one at its limit must not keep others from theirs. */
async function takePlaces({ own, common }: AskForJobsDeps, signal: AbortSignal): Promise<Release> {
  const releaseOwn = await own.take(signal);
  try {
    const releaseCommon = await common.take(signal);
    return () => {
      releaseCommon();
      releaseOwn();
    };
  } catch (error) {
    releaseOwn();
    throw error;
  }
}

async function isAllowed({ hooks, logger }: AskForJobsDeps): Promise<boolean> {
  let reason: string | undefined;
  const decision: RequestDecision = { notNow: (why) => (reason ??= why) };
  await hooks.beforeRequest.promise(decision);
  if (reason !== undefined) logger.debug({ reason }, 'a plugin wants no job for now');
  return reason === undefined;
}

/** GitLab holds its answer back only when told the last update: not while somebody else waits for the place. */
async function ask(
  { coordinator, info, common }: AskForJobsDeps,
  lastUpdate: string | undefined,
  signal: AbortSignal,
): Promise<JobAnswer> {
  const mayWait = lastUpdate !== undefined && !common.isContended;
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    timer = setTimeout(() => late.abort(signal.reason), lastWait);
  };
  signal.addEventListener('abort', stop);
  try {
    return await coordinator.requestJob({ info, signal: late.signal, ...(mayWait && { lastUpdate }) });
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}
