import { isStep, needsStep, type Plan, type Stage } from '../plan.ts';
import type { FinishedEvent, StageFinishedEvent, StageStop } from './events.ts';

export interface PlanProgressOptions {
  readonly plan: Plan;
  /** Whether the job is to be cancelled. */
  readonly isCanceled: () => boolean;
  /** Seconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * The way through a plan as far as it is decided by what went before. The rules are those of the supervisor (`4-walk.sh`),
 * for plans that the runner walks.
 */
export class PlanProgress {
  readonly #options: PlanProgressOptions;
  #result = 0;
  #stage: string | undefined;
  #stopped: StageStop | undefined;
  #oomKills = 0;
  #begun = false;
  #deadline: number | undefined;

  constructor(options: PlanProgressOptions) {
    this.#options = options;
  }

  /** Whole seconds that are left of the job's time. It begins with the first stage. */
  get secondsLeft(): number {
    const { plan, now } = this.#options;
    return this.#deadline === undefined ? plan.timeoutSeconds : Math.ceil(this.#deadline - now());
  }

  /** Whether the stage runs. One that is left out for a cancelled job or for lack of time makes the job fail. */
  isDue(stage: Stage): boolean {
    if (stage.condition === 'on_success' && this.#result !== 0) return false;
    if (stage.condition === 'on_failure' && this.#result === 0) return false;
    if (needsStep(stage) && !this.#begun) return false;
    if (this.#options.isCanceled() && !this.#outlivesCancel(stage)) return this.#leaveOut(stage, 'canceled');
    if (stage.afterTimeout || this.secondsLeft > 0) return true;
    return this.#leaveOut(stage, 'job_timeout');
  }

  /** What `CI_JOB_STATUS` is for a stage that is about to begin. */
  statusFor(stage: Stage): string {
    if (this.#stopped === 'canceled') return 'canceled';
    if (this.#stopped === 'job_timeout') return 'timedout';
    if (this.#result !== 0) return 'failed';
    return isStep(stage) || !this.#begun ? 'running' : 'success';
  }

  /** Whether a step was begun before the stage, or is the stage. */
  isBegunWith(stage: Stage): boolean {
    return this.#begun || isStep(stage);
  }

  /** The stage has begun, and with the first one the job's time. */
  started(stage: Stage): void {
    this.#begun = this.isBegunWith(stage);
    this.#deadline ??= this.#options.now() + this.#options.plan.timeoutSeconds;
  }

  /** Whether the stage is to be tried once more. */
  isAgain(stage: Stage, { exit_code, stopped, attempt }: StageFinishedEvent): boolean {
    return exit_code !== 0 && stopped === undefined && attempt < stage.attempts;
  }

  /** The last attempt of the stage has ended. */
  ended(stage: Stage, { exit_code, stopped, oom_kills = 0 }: StageFinishedEvent): void {
    if ((exit_code === 0 && stopped === undefined) || !stage.countsForResult || this.#result !== 0) return;
    // A stage that was stopped has failed, whatever it says.
    this.#result = exit_code === 0 ? 143 : exit_code;
    this.#stage = stage.name;
    this.#stopped = stopped;
    this.#oomKills = oom_kills;
  }

  /** How the plan has ended. */
  finished(time: number): FinishedEvent {
    return {
      event: 'finished',
      time,
      offset: 0,
      exit_code: this.#result,
      ...(this.#stage !== undefined && { stage: this.#stage }),
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
      ...(this.#oomKills > 0 && { oom_kills: this.#oomKills }),
    };
  }

  #outlivesCancel({ afterCancel }: Stage): boolean {
    return afterCancel === true || (this.#begun && afterCancel === 'once_begun');
  }

  #leaveOut(stage: Stage, why: StageStop): false {
    if (stage.countsForResult && this.#result === 0) {
      this.#result = 143;
      this.#stopped = why;
    }
    return false;
  }
}
