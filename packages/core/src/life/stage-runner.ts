import { ConnectionLostError, messageOf } from '../errors.ts';
import type { Stage, StageContainer } from '../plan.ts';
import { deferred, pause, type Deferred } from './deferred.ts';
import type { FinishedEvent, PodEvent, StageFinishedEvent } from './events.ts';
import { ExecAttempt, StageLostError } from './exec-attempt.ts';
import { PlanProgress } from './plan-progress.ts';
import { execForbidden, type PlanWalk, type PlanWalkOptions } from './plan-walk.ts';

/** Milliseconds before a stage that could not be begun is tried again: first, at most, and while no container was reached. */
const backOff = { first: 50, most: 1000, unreached: 5000 };
/** How often a container that runs may refuse, or a connection break before the stage was begun. */
const mostRefusals = 5;
/** Milliseconds for the cluster to tell what has become of a Pod that cannot be reached any more. */
const explanationMilliseconds = 3000;

/**
 * The exec strategy: walks the plan from outside, with one exec for each attempt of a stage. A connection that breaks
 * under a stage says nothing of the stage, so that the job has failed then.
 */
export class StageRunner implements PlanWalk {
  readonly #options: PlanWalkOptions;
  readonly #closed = new AbortController();
  readonly #end: Deferred<FinishedEvent> = deferred();
  readonly #progress: PlanProgress;
  readonly #up = new Set<StageContainer>();
  #finished: FinishedEvent | undefined;
  #lastRead = performance.now();
  #wake = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: PlanWalkOptions) {
    this.#options = options;
    const { plan, cancel } = options;
    this.#progress = new PlanProgress({
      plan,
      isCanceled: () => cancel.aborted,
      now: () => performance.now() / 1000,
    });
    // Nobody may be waiting for the end any more when it comes.
    this.#end.promise.catch(() => undefined);
  }

  get end(): Promise<FinishedEvent> {
    return this.#end.promise;
  }

  get reached(): boolean {
    return this.#up.size > 0;
  }

  get idleMilliseconds(): number {
    return performance.now() - this.#lastRead;
  }

  get finished(): FinishedEvent | undefined {
    return this.#finished;
  }

  poke(): void {
    this.#loop ??= this.#run();
    this.#wake.abort();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    try {
      for (const [at, stage] of this.#options.plan.stages.entries()) await this.#stage(stage, at + 1);
      this.#finished = this.#progress.finished(Date.now() / 1000);
      this.#options.onEvent(this.#finished);
      this.#end.resolve(this.#finished);
    } catch (error) {
      if (error instanceof StageLostError) await pause(explanationMilliseconds, this.#closed.signal);
      this.#end.reject(error as Error);
    }
  }

  async #stage(stage: Stage, number: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const finished = await this.#attempt(stage, number, attempt);
      if (finished === undefined) return;
      if (this.#progress.isAgain(stage, finished)) continue;
      this.#progress.ended(stage, finished);
      return;
    }
  }

  /** @returns undefined when the stage is not due, or not any more */
  async #attempt(stage: Stage, number: number, attempt: number): Promise<StageFinishedEvent | undefined> {
    let refusals = 0;
    for (let wait = backOff.first; ; wait = Math.min(wait * 2, backOff.most)) {
      if (!this.#progress.isDue(stage)) return undefined;
      this.#wake = new AbortController();
      const exec = this.#exec(stage, number, attempt);
      try {
        return await exec.run();
      } catch (error) {
        this.#closed.signal.throwIfAborted();
        if (error instanceof ConnectionLostError || this.#options.isUp(stage.container)) refusals += 1;
        const forbidden = execForbidden(error, `stage ${stage.name} cannot be run`);
        if (forbidden !== undefined) throw forbidden;
        if (exec.heard || refusals >= mostRefusals) throw lost(stage, error);
        this.#options.logger.debug({ error: messageOf(error), wait }, 'the stage could not be begun, trying again');
      }
      await this.#rest(this.reached ? wait : backOff.unreached);
    }
  }

  #exec(stage: Stage, number: number, attempt: number): ExecAttempt {
    const status = this.#progress.statusFor(stage);
    const begun = this.#progress.isBegunWith(stage);
    const seconds = this.#progress.secondsLeft;
    return new ExecAttempt({
      ...this.#options,
      stage,
      run: { number, attempt, status, begun, seconds },
      signal: this.#closed.signal,
      onRead: () => {
        this.#lastRead = performance.now();
      },
      onEvent: (event) => this.#onEvent(event, stage),
    });
  }

  #onEvent(event: PodEvent, stage: Stage): void {
    const { time, offset } = event;
    const { container } = stage;
    if (!this.#up.has(container)) this.#options.onEvent({ event: 'started', container, time, offset });
    this.#up.add(container);
    if (event.event === 'stage_started') this.#progress.started(stage);
    this.#options.onEvent(event);
  }

  async #rest(milliseconds: number): Promise<void> {
    const { cancel } = this.#options;
    // Once it is cancelled there is no hurry: what is tried then outlives that.
    const news = cancel.aborted ? [] : [cancel];
    await pause(milliseconds, AbortSignal.any([this.#wake.signal, this.#closed.signal, ...news]));
  }
}

function lost(stage: Stage, error: unknown): unknown {
  if (error instanceof StageLostError) return error;
  return new StageLostError(stage, messageOf(error), error);
}
