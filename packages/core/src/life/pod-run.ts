import { messageOf } from '../errors.ts';
import { canceled, type JobFailure } from '../failure.ts';
import type { JobUnderWay } from '../job/job-under-way.ts';
import type { ObjectMeta, Pod } from '../kubernetes.ts';
import type { Plan, StageContainer } from '../plan.ts';
import type { BuiltPod } from '../pod/draft.ts';
import type { PodProblem } from '../pod/problem.ts';
import { startSeconds } from '../pod/skeleton.ts';
import type { Cluster, ExecTarget, Logger, Shell } from '../ports.ts';
import { deferred, pause, type Deferred } from './deferred.ts';
import type { FinishedEvent, PodEvent } from './events.ts';
import { failureOf } from './failure-of.ts';
import { Follower } from './follower.ts';
import type { PlanWalk } from './plan-walk.ts';
import { PodTracker } from './pod-tracker.ts';
import { StageRunner } from './stage-runner.ts';
import type { ToldWarnings } from './told-warnings.ts';
import type { JobTrace } from './trace.ts';

/** How one Pod's run ended. */
export type PodOutcome =
  | { readonly kind: 'finished'; readonly event: FinishedEvent }
  /** `began`: whether a stage of the build container had started, so that the job's own code may have run. */
  | { readonly kind: 'problem'; readonly problem: PodProblem; readonly began: boolean }
  | { readonly kind: 'failed'; readonly failure: JobFailure };

export interface PodRunOptions {
  readonly cluster: Cluster;
  readonly shell: Shell;
  readonly trace: JobTrace;
  readonly warnings: ToldWarnings;
  readonly logger: Logger;
  readonly job: JobUnderWay;
  readonly plan: Plan;
  readonly built: BuiltPod;
  /** Aborted when nobody will wait any longer, not even for the job to be cancelled in order. */
  readonly kill: AbortSignal;
  onEvent(event: PodEvent | { event: 'created' | 'running' }): void;
}

/** Milliseconds for what is still in flight when a Pod breaks, and without anything new for that to be all. */
const drain = { most: 3000, idle: 400 };
/** Milliseconds for a cancelled job to end in order: after_script has five minutes, and its processes a few seconds more. */
const cancelMilliseconds = 330_000;
/** Milliseconds beyond the job's time within which the Pod must have recorded the end by itself. */
const overtimeMilliseconds = 60_000;

/** Who walks the plan. */
const strategies = { attach: Follower, exec: StageRunner } as const;

/** Creates one Pod and follows it to its end. Whatever happens, the Pod is left for the caller to delete. */
export class PodRun {
  readonly #options: PodRunOptions;
  readonly #target: ExecTarget;
  readonly #outcome: Deferred<PodOutcome> = deferred();
  readonly #over = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #walk: PlanWalk;
  #tracker: PodTracker | undefined;
  #mayExist = false;
  /** Stages that were started, as the events tell. */
  readonly #started = new Set<string>();

  constructor(options: PodRunOptions) {
    this.#options = options;
    const { namespace, name } = options.built.pod.metadata as { namespace: string; name: string };
    this.#target = { namespace, pod: name, container: 'helper' };
    const { cluster, shell, trace, logger, plan, job } = options;
    const Walk = strategies[plan.strategy];
    this.#walk = new Walk({
      cluster,
      shell,
      trace,
      logger,
      plan,
      paths: job.paths,
      target: this.#target,
      cancel: job.signal,
      isUp: (container) => this.#isRunning(container),
      onEvent: (event) => this.#onEvent(event),
    });
  }

  /** Whether the cluster was asked to create the Pod: it may be there, even where it said no. */
  get mayExist(): boolean {
    return this.#mayExist;
  }

  /** What the cluster was seen to say of the Pod. */
  get pod(): Pod | undefined {
    return this.#tracker?.pod;
  }

  async run(): Promise<PodOutcome> {
    const { job, kill, trace, plan } = this.#options;
    const stopCancel = onAbort(job.signal, () => void this.#cancel());
    const stopKill = onAbort(kill, () => this.#fail(canceled));
    try {
      trace.begin(plan);
      await this.#create();
      void this.#walk.end.then(
        (event) => this.#outcome.resolve({ kind: 'finished', event }),
        (error: unknown) => this.#fail(failureOf(error)),
      );
      return await this.#outcome.promise;
    } catch (error) {
      const stopped = job.signal.aborted || kill.aborted;
      return { kind: 'failed', failure: stopped ? canceled : failureOf(error) };
    } finally {
      this.#over.abort();
      stopCancel();
      stopKill();
      for (const timer of this.#timers) clearTimeout(timer);
      this.#tracker?.close();
      await this.#walk.close();
      trace.logEnd();
    }
  }

  /** The Pod comes first: its Secrets are owned by it from their birth, and it waits for them (ADR 0001). */
  async #create(): Promise<void> {
    const { cluster, job, plan, built, kill } = this.#options;
    const signal = AbortSignal.any([job.signal, kill]);
    this.#tracker = await this.#track(signal);
    this.#mayExist = true;
    const pod = await cluster.createPod(built.pod, signal);
    this.#tracker.created();
    this.#options.onEvent({ event: 'created' });
    for (const service of built.services) await cluster.createService(ownedBy(pod, service), signal);
    for (const secret of built.secrets) await cluster.createSecret(ownedBy(pod, secret), signal);
    const { poll_timeout } = job.runner.executorConfig;
    const lifetime = startSeconds(poll_timeout) * 1000 + plan.timeoutSeconds * 1000 + overtimeMilliseconds;
    this.#after(lifetime, () => this.#fail(overdue));
  }

  async #track(signal: AbortSignal): Promise<PodTracker> {
    const { cluster, job, warnings, logger } = this.#options;
    const options = {
      namespace: this.#target.namespace,
      name: this.#target.pod,
      startSeconds: startSeconds(job.runner.executorConfig.poll_timeout),
      signal,
    };
    return PodTracker.open(cluster, options, {
      started: (container) => this.#walk.poke(container),
      running: () => {
        this.#options.onEvent({ event: 'running' });
        this.#walk.poke(this.#isRunning('build') ? 'build' : 'helper');
      },
      waiting: (text) => {
        if (!this.#walk.reached) warnings.waiting(text);
      },
      warning: (warning) => {
        if (!this.#walk.reached) warnings.early(warning);
      },
      problem: (problem) => void this.#onProblem(problem),
      error: (error) => {
        logger.warn({ pod: this.#target.pod, error: messageOf(error) }, 'the Pod can no longer be watched');
        this.#fail(failureOf(error));
      },
    });
  }

  #isRunning(container: StageContainer): boolean {
    return this.#tracker?.isRunning(container) ?? false;
  }

  #onEvent(event: PodEvent): void {
    if (event.event === 'started' && event.container === 'build') this.#tracker?.started();
    if (event.event === 'stage_started') this.#started.add(event.stage);
    this.#options.onEvent(event);
  }

  /** The Pod is broken. What it has printed until now may still be on its way, and even its end. */
  async #onProblem(problem: PodProblem): Promise<void> {
    const deadline = performance.now() + drain.most;
    const readable = problem.kind === 'container_died' && this.#isRunning('helper');
    if (readable || this.#walk.finished) {
      while (performance.now() < deadline && this.#walk.idleMilliseconds < drain.idle) {
        await pause(drain.idle - this.#walk.idleMilliseconds, this.#over.signal);
      }
    }
    // A Pod that had recorded its end, but whose log can no longer be read to that end, has lost lines: no success.
    this.#outcome.resolve({ kind: 'problem', problem, began: this.#hasBegun() });
  }

  async #cancel(): Promise<void> {
    const { cluster, shell, job, logger } = this.#options;
    this.#after(cancelMilliseconds, () => this.#fail(canceled));
    if (!this.#walk.reached && !this.#isRunning('helper')) {
      this.#fail(canceled);
      return;
    }
    try {
      const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(15_000)]);
      const code = await cluster.exec(this.#target, shell.cancelCommand(job.paths), { signal });
      if (code === 0) return;
      logger.warn({ pod: this.#target.pod, code }, 'the job could not be cancelled in order, deleting its Pod');
    } catch (error) {
      if (this.#over.signal.aborted) return;
      logger.warn(
        { pod: this.#target.pod, error: messageOf(error) },
        'the job could not be cancelled in order, deleting its Pod',
      );
    }
    this.#fail(canceled);
  }

  /**
   * Whether the job's own code may have run. (The helper may be at work while the build container's image is still being
   * pulled, in vain perhaps.) Log and events come in no fixed order, so either may be the first to tell.
   */
  #hasBegun(): boolean {
    const { plan, trace } = this.#options;
    const own = plan.stages.filter((stage) => stage.container === 'build');
    return own.some(({ name }) => this.#started.has(name) || trace.hasStarted(name));
  }

  #fail(failure: JobFailure): void {
    this.#outcome.resolve({ kind: 'failed', failure });
  }

  #after(milliseconds: number, then: () => void): void {
    // Node's timers end at 2^31 ms; a longer one would fire at once.
    this.#timers.push(setTimeout(then, Math.min(milliseconds, 2 ** 31 - 1)));
  }
}

const overdue: JobFailure = Object.freeze({
  state: 'failed',
  reason: 'runner_system_failure',
  message: 'the job did not end within its time, and its Pod could not be reached to see why',
  hint: 'check that the Kubernetes API is up, and retry the job',
});

function ownedBy<T extends { metadata?: ObjectMeta }>(pod: Pod, object: T): T {
  const { name, uid } = pod.metadata ?? {};
  if (!name || !uid) throw new Error('the cluster created a Pod without a name or uid');
  return {
    ...object,
    metadata: { ...object.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }] },
  };
}

function onAbort(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}
