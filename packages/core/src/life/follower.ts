import { ClusterApiError, ConnectionLostError, JobFailedError, messageOf } from '../errors.ts';
import type { StageContainer } from '../plan.ts';
import { deferred, pause, type Deferred } from './deferred.ts';
import { parseEvent, type FinishedEvent } from './events.ts';
import { LineSplitter } from './line-splitter.ts';
import { execForbidden, type PlanWalk, type PlanWalkOptions } from './plan-walk.ts';

/** Milliseconds before a stream that broke is opened again: first, and at most. */
const backOff = { first: 50, most: 5000 };
/** Milliseconds that the build container is given to start, once the helper runs. */
const forBuild = 500;

/**
 * The attach strategy: the Pod walks the plan. Reads log and events out of it, over connections that may break at any byte:
 * each is opened again at the offsets reached, so every byte is handed to the trace exactly once.
 */
export class Follower implements PlanWalk {
  readonly #options: PlanWalkOptions;
  readonly #closed = new AbortController();
  readonly #end: Deferred<FinishedEvent> = deferred();
  #logOffset = 0;
  #eventLine = 0;
  #lines = new LineSplitter();
  #finished: FinishedEvent | undefined;
  #lastRead = performance.now();
  /** From then on a failure may be a passing one. */
  #reached = false;
  #poked = false;
  #beginning: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: PlanWalkOptions) {
    this.#options = options;
    // Nobody may be waiting for the end any more when it comes.
    this.#end.promise.catch(() => undefined);
  }

  get end(): Promise<FinishedEvent> {
    return this.#end.promise;
  }

  get reached(): boolean {
    return this.#reached;
  }

  get idleMilliseconds(): number {
    return performance.now() - this.#lastRead;
  }

  get finished(): FinishedEvent | undefined {
    return this.#finished;
  }

  /**
   * The helper is what is read from, and yet the build container is waited for: to open an exec and to start a container
   * at the same time makes both of them late. Where that takes long, as an image is being pulled, reading begins before.
   */
  poke(container: StageContainer): void {
    if (this.#loop === undefined && container === 'helper') {
      this.#beginning ??= setTimeout(() => this.#begin(), forBuild);
    } else {
      this.#begin();
    }
  }

  #begin(): void {
    clearTimeout(this.#beginning);
    this.#poked = true;
    this.#loop ??= this.#run();
    this.#wake?.();
  }

  /** Stops reading; what was read is in the trace. */
  async close(): Promise<void> {
    clearTimeout(this.#beginning);
    this.#closed.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let wait = backOff.first;
    while (!this.#closed.signal.aborted) {
      const before = this.#logOffset + this.#eventLine;
      const error = await this.#read();
      if (this.#closed.signal.aborted || this.#reject(error)) return;
      wait = this.#logOffset + this.#eventLine > before ? backOff.first : Math.min(wait * 2, backOff.most);
      this.#options.logger.debug({ error: error && messageOf(error), wait }, 'log stream ended, opening it again');
      await this.#rest(this.#reached ? wait : backOff.most);
    }
  }

  /** One connection, from the offsets reached until it ends. */
  async #read(): Promise<unknown> {
    const { cluster, shell, paths, target } = this.#options;
    const from = { logOffset: this.#logOffset, eventLine: this.#eventLine };
    this.#lines = new LineSplitter();
    this.#poked = false;
    try {
      await cluster.exec(target, shell.followCommand(paths, from), {
        signal: this.#closed.signal,
        onStdout: (chunk) => this.#onLog(chunk),
        onStderr: (chunk) => this.#onEvents(chunk),
      });
      this.#reached = true;
      return undefined;
    } catch (error) {
      // Before the container runs there is nothing to break: then only a poke is worth another try.
      if (error instanceof ConnectionLostError) this.#reached = true;
      return error;
    }
  }

  #onLog(chunk: Uint8Array): void | Promise<void> {
    this.#reached = true;
    this.#lastRead = performance.now();
    this.#logOffset += chunk.length;
    const taken = this.#options.trace.log(chunk);
    this.#settle();
    return taken?.then(() => {
      this.#lastRead = performance.now();
    });
  }

  #onEvents(chunk: Uint8Array): void {
    this.#reached = true;
    this.#lastRead = performance.now();
    for (const line of this.#lines.write(chunk)) this.#onLine(line);
    this.#settle();
  }

  #onLine(line: string): void {
    this.#eventLine += 1;
    const event = parseEvent(line, this.#options.plan.nonce);
    if (event === undefined) return;
    if (event.event === 'finished') this.#finished ??= event;
    this.#options.onEvent(event);
  }

  #settle(): void {
    if (this.#finished && this.#logOffset >= this.#finished.offset) this.#end.resolve(this.#finished);
  }

  /** Some refusals do not go away. */
  #reject(error: unknown): boolean {
    if (error === undefined || error instanceof ConnectionLostError) return false;
    const what = "the job's log cannot be read";
    const forbidden = execForbidden(error, what);
    if (forbidden === undefined && error instanceof ClusterApiError) return false;
    const message = `${what}: ${messageOf(error)}`;
    this.#end.reject(
      forbidden ?? new JobFailedError({ state: 'failed', reason: 'runner_system_failure', message }, { cause: error }),
    );
    return true;
  }

  async #rest(milliseconds: number): Promise<void> {
    if (this.#poked) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await pause(milliseconds, AbortSignal.any([woken.signal, this.#closed.signal]));
    this.#wake = undefined;
  }
}
