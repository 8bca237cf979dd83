import { AsyncSeriesHook } from 'tapable';
import type { JobContext } from './job/context.ts';
import type { JobResult } from './failure.ts';
import type { Pod } from './kubernetes.ts';
import type { ContainerDraft, PodDraft } from './pod/draft.ts';
import type { PodProblem } from './pod/problem.ts';

/** Given to `beforeRequest`: a tap may say that no job should be asked for now. */
export interface RequestDecision {
  /** @param reason shown to the administrator, such as `quota used up` */
  notNow(reason: string): void;
}

/** Given to `podFailed`: a tap that changed its mind may ask for one more Pod. */
export interface RetryDecision {
  /** @param reason shown in the trace, such as `trying pull policy Always` */
  again(reason: string): void;
}

/** What happened to a job, told to `jobEvent`. */
export type JobEvent =
  | { readonly kind: 'created'; readonly pod: string; readonly namespace: string }
  | { readonly kind: 'running'; readonly pod: string }
  | { readonly kind: 'stage_started'; readonly stage: string; readonly attempt: number }
  | { readonly kind: 'stage_finished'; readonly stage: string; readonly attempt: number; readonly exitCode: number }
  | { readonly kind: 'adopted'; readonly pod: string }
  /** The Pod could not be deleted. */
  | { readonly kind: 'left_behind'; readonly pod: string };

/**
 * The places where plugins take part. All are series hooks in the order of the plugin list; `stage`, `before` and
 * `tapAsync` are refused. A tap's error ends the series (but not in `cleanup`) and carries the plugin's name.
 */
export interface ExecutorHooks {
  /** Before GitLab is asked for a job. A tap may say "not now"; it cannot see any job. */
  readonly beforeRequest: AsyncSeriesHook<[RequestDecision]>;
  /**
   * The job is known and nothing exists in the cluster; once per job. Read and check overwrites here, declare further
   * containers. Throw `JobRejectedError` to refuse the job; its message is shown to the job's author.
   */
  readonly prepare: AsyncSeriesHook<[JobContext]>;
  /** Once per container and try, in the order of the containers. Contribute to `container.spec`. */
  readonly buildContainer: AsyncSeriesHook<[ContainerDraft, JobContext]>;
  /** Once per try, after all containers. Contribute to the Pod outside its containers; declare its Secrets. */
  readonly buildPod: AsyncSeriesHook<[PodDraft, JobContext]>;
  /**
   * Once per try: the draft is complete. For patches, which may change any field, but neither remove nor rename the declared
   * containers. Parts of the draft are frozen and shared: put a changed copy in their place.
   */
  readonly mutatePod: AsyncSeriesHook<[PodDraft, JobContext]>;
  /** Once per try: the Pod is deeply frozen. A tap may only refuse it, by throwing `JobRejectedError`. */
  readonly validatePod: AsyncSeriesHook<[Readonly<Pod>, JobContext]>;
  /**
   * The Pod failed before any stage of the build container began, so none of the job's own code can have run; the helper
   * may have been at work. A tap that can do better next time changes what it remembers of the job and says "again"; the
   * Pod is then deleted and built anew.
   */
  readonly podFailed: AsyncSeriesHook<[PodProblem, RetryDecision, JobContext]>;
  /** Told; the job does not wait for slow work here. An error is logged and the job goes on. */
  readonly jobEvent: AsyncSeriesHook<[JobEvent, JobContext]>;
  /** The outcome is known and the Pod is still there. An error is logged; the outcome stays. */
  readonly finish: AsyncSeriesHook<[JobResult, JobContext]>;
  /** Always, also when `prepare` failed or never ran; every tap is called, errors are joined. Must be idempotent. */
  readonly cleanup: AsyncSeriesHook<[JobContext]>;
}

/** A fresh set of hooks, for one runner. */
export function createHooks(): ExecutorHooks {
  return Object.freeze({
    beforeRequest: new AsyncSeriesHook<[RequestDecision]>(['decision'], 'beforeRequest'),
    prepare: new AsyncSeriesHook<[JobContext]>(['job'], 'prepare'),
    buildContainer: new AsyncSeriesHook<[ContainerDraft, JobContext]>(['container', 'job'], 'buildContainer'),
    buildPod: new AsyncSeriesHook<[PodDraft, JobContext]>(['draft', 'job'], 'buildPod'),
    mutatePod: new AsyncSeriesHook<[PodDraft, JobContext]>(['draft', 'job'], 'mutatePod'),
    validatePod: new AsyncSeriesHook<[Readonly<Pod>, JobContext]>(['pod', 'job'], 'validatePod'),
    podFailed: new AsyncSeriesHook<[PodProblem, RetryDecision, JobContext]>(
      ['problem', 'decision', 'job'],
      'podFailed',
    ),
    jobEvent: new AsyncSeriesHook<[JobEvent, JobContext]>(['event', 'job'], 'jobEvent'),
    finish: new AsyncSeriesHook<[JobResult, JobContext]>(['result', 'job'], 'finish'),
    cleanup: new AsyncSeriesHook<[JobContext]>(['job'], 'cleanup'),
  });
}
