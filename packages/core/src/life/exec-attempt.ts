import { JobFailedError } from '../errors.ts';
import type { Stage } from '../plan.ts';
import type { StageAttempt } from '../ports.ts';
import { deferred } from './deferred.ts';
import { parseEvent, type PodEvent, type StageFinishedEvent } from './events.ts';
import { LineSplitter } from './line-splitter.ts';
import type { PlanWalkOptions } from './plan-walk.ts';

/** An exec that did not tell how its stage ended: nothing is known of the stage. */
export class StageLostError extends JobFailedError {
  constructor(stage: Stage, what: string, cause?: unknown) {
    super(
      {
        state: 'failed',
        reason: 'runner_system_failure',
        message: `stage ${stage.name}: ${what}`,
        stage: stage.name,
        hint: 'without FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY a job outlives the connections to its Pod',
      },
      { cause },
    );
  }
}

export interface ExecAttemptOptions extends PlanWalkOptions {
  readonly stage: Stage;
  readonly run: StageAttempt;
  readonly signal: AbortSignal;
  /** Told that something was read. */
  onRead(): void;
}

/**
 * One attempt of a stage as one exec. It counts as ended only when three agree: its event, its exit status, and the
 * marker in the log, before which is all that it has printed.
 */
export class ExecAttempt {
  readonly #options: ExecAttemptOptions;
  readonly #answer = deferred<string>();
  readonly #lines = new LineSplitter();
  #finished: StageFinishedEvent | undefined;
  #lastLine = '';
  #heard = false;

  constructor(options: ExecAttemptOptions) {
    this.#options = options;
  }

  /** Whether anything was read: the stage was begun then. */
  get heard(): boolean {
    return this.#heard;
  }

  /**
   * @throws StageLostError when it ended and did not tell how
   * @throws what `Cluster.exec` throws
   */
  async run(): Promise<StageFinishedEvent> {
    const { cluster, shell, paths, target, stage, run, signal } = this.#options;
    const code = await cluster.exec({ ...target, container: stage.container }, shell.stageCommand(paths, run), {
      signal,
      stdin: this.#answer.promise,
      onStdout: (chunk) => this.#onLog(chunk),
      onStderr: (chunk) => this.#onEvents(chunk),
    });
    const finished = this.#finished;
    const complete = finished?.exit_code === code && this.#isLogComplete();
    if (finished !== undefined && complete) return finished;
    const last = this.#lastLine === '' ? '' : `: ${this.#lastLine}`;
    const what =
      finished?.exit_code === code ? 'a part of its log is lost' : `ended with exit code ${code} and no record`;
    throw new StageLostError(stage, `${what}${last}`);
  }

  #onLog(chunk: Uint8Array): void | Promise<void> {
    this.#read();
    const taken = this.#options.trace.log(chunk);
    this.#settle();
    return taken;
  }

  #onEvents(chunk: Uint8Array): void {
    this.#read();
    for (const line of this.#lines.write(chunk)) {
      const event = parseEvent(line, this.#options.plan.nonce);
      if (event === undefined) this.#lastLine = line.slice(0, 500);
      else this.#onEvent(event);
    }
    this.#settle();
  }

  #onEvent(event: PodEvent): void {
    if (event.event === 'stage_finished') this.#finished = event;
    this.#options.onEvent(event);
  }

  #read(): void {
    this.#heard = true;
    this.#options.onRead();
  }

  #isLogComplete(): boolean {
    const { stage, run, trace } = this.#options;
    return trace.hasFinished(stage.name, run.attempt);
  }

  /** Everything was read: lets the exec end. */
  #settle(): void {
    if (this.#finished !== undefined && this.#isLogComplete()) this.#answer.resolve('\n');
  }
}
