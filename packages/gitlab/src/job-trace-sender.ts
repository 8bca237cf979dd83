import { messageOf, type JobResult, type Logger, type TraceSink } from '@podwright/core';
import { Alarm } from './alarm.ts';
import type { Coordinator } from './coordinator.ts';
import { CoordinatorError, JobGoneError } from './errors.ts';
import { Failures } from './failures.ts';
import type { JobRef } from './handed-job.ts';
import type { JobNews } from './job-news.ts';
import { updateOf, type JobUpdate } from './job-update.ts';
import { TraceBuffer } from './trace-buffer.ts';
import { defaultTraceSettings, type TraceSettings } from './trace-settings.ts';

/** How a job is canceled: `canceling` lets its `after_script` run, `gone` is to stop at once. */
export type Cancel = 'canceling' | 'gone';

export interface JobTraceSenderDeps {
  readonly coordinator: Pick<Coordinator, 'patchTrace' | 'updateJob'>;
  readonly job: JobRef;
  readonly logger: Logger;
  /** Told at most once of each; must not throw. */
  readonly onCancel: (how: Cancel) => void;
  /** Bytes of the log that GitLab has already; the first so many that are written are not sent. Default 0. */
  readonly acknowledged?: number;
  readonly settings?: Partial<TraceSettings>;
}

/**
 * Delivers a job's log to GitLab while the job runs, then its result. GitLab takes each byte once: how much it says it
 * has is where the next piece begins. Keeps in memory what GitLab has not acknowledged: up to `bufferLimit` bytes and
 * one more write.
 */
export class JobTraceSender implements TraceSink {
  private readonly settings: TraceSettings;
  private readonly buffer: TraceBuffer;
  private readonly alarm = new Alarm();
  private readonly failures = new Failures();
  /** Aborted when nothing more is to be sent: the job is gone, or was left to another runner. */
  private readonly stop = new AbortController();
  private readonly loop: Promise<void>;
  private interval: number;
  private lastContact = Date.now();
  private finishing = false;
  private canceling = false;
  /** GitLab takes nothing else of the job before it is accepted. */
  private isUnaccepted = false;
  /** Somebody waits for what is written next. */
  private isAwaited = false;
  private held: (() => void)[] = [];

  /** Begins to send. */
  constructor(private readonly deps: JobTraceSenderDeps) {
    this.settings = { ...defaultTraceSettings, ...deps.settings };
    this.buffer = new TraceBuffer(deps.acknowledged ?? 0);
    this.interval = this.settings.interval;
    this.loop = this.sendUntilEnd();
  }

  /** @returns a promise while too much is waiting; nothing of the job must be read until it resolves */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.isStopped()) return;
    this.buffer.write(chunk);
    if (this.isUrgent()) this.alarm.ring();
    else if (this.isAwaited) this.sendSoon();
    if (this.buffer.pending < this.settings.bufferLimit) return;
    return new Promise((resolve) => {
      this.held.push(resolve);
    });
  }

  /**
   * Tells GitLab that the job has come, before anything is done for it: a GitLab that commits jobs in two phases hands it
   * to another runner otherwise. Where GitLab cannot be reached the job is begun all the same, and accepted with what is
   * sent first.
   * @returns whether the job is to be run: not one that GitLab has taken back, or no longer wants
   */
  async accept(): Promise<boolean> {
    this.isUnaccepted = true;
    await this.attempt(() => this.tellAccepted());
    return !this.isStopped();
  }

  /** What is written next is sent within a moment, and not at its time: somebody may be waiting to see it. */
  expedite(): void {
    this.isAwaited = true;
  }

  /**
   * Delivers the rest of the log and the result, until GitLab has taken them; as long as it digests the log, it is
   * asked again. Write nothing after it.
   * @returns `stopped` when GitLab no longer wants them, or after `leave`
   * @throws the last error, after `finishTries` failures in a row; the job may be adopted and finished again
   */
  async finish(result: JobResult): Promise<'accepted' | 'stopped'> {
    this.finishing = true;
    this.alarm.ring();
    await this.loop;
    this.failures.clear();
    while (!this.isStopped()) {
      if (await this.attempt(() => this.conclude(result))) return 'accepted';
      if (this.failures.count >= this.settings.finishTries) throw this.failures.last;
      if (!this.isStopped()) await this.alarm.wait(this.pause());
    }
    return 'stopped';
  }

  /** Sends nothing more, so that another runner can adopt the job. */
  async leave(): Promise<void> {
    this.end();
    await this.loop;
  }

  private sendSoon(): void {
    this.isAwaited = false;
    const send = (): void => {
      if (this.failures.count === 0 && !this.isEnding()) this.alarm.ring();
    };
    setTimeout(send, this.settings.soon).unref();
  }

  private async sendUntilEnd(): Promise<void> {
    while (!this.isEnding()) {
      if (!this.isUrgent()) await this.alarm.wait(this.pause());
      if (!this.isEnding()) await this.attempt(() => this.sendOrPing());
    }
  }

  private async sendOrPing(): Promise<void> {
    await this.deliver();
    if (Date.now() - this.lastContact < this.settings.ping) return;
    await this.ping();
  }

  private async ping(): Promise<void> {
    await this.update({ state: 'running', trace: this.buffer.digest });
  }

  private async tellAccepted(): Promise<void> {
    await this.ping().catch(takenBack);
    this.isUnaccepted = false;
  }

  private async deliver(): Promise<void> {
    const { coordinator, job } = this.deps;
    if (this.isUnaccepted) await this.tellAccepted();
    for (;;) {
      const piece = this.buffer.first(this.settings.pieceLimit);
      if (piece === undefined) return;
      const answer = await coordinator.patchTrace(job, piece.start, piece.bytes, this.stop.signal);
      this.hear(answer);
      if (answer.size === piece.start) {
        // Else it would be sent again and again, without a pause.
        throw new CoordinatorError(`the log of job ${job.id}: GitLab took nothing from byte ${piece.start} on`, 416);
      }
      this.acknowledge(answer.size);
    }
  }

  private acknowledge(size: number): void {
    if (!this.buffer.acknowledge(size)) {
      this.deps.logger.error(
        { job: this.deps.job.id, size },
        'GitLab lost a part of the log that it had; the rest is not delivered, and the checksum will tell',
      );
      this.buffer.acknowledge(Number.POSITIVE_INFINITY);
    }
    if (this.buffer.pending < this.settings.bufferLimit) this.release();
  }

  /** @returns whether GitLab has taken log and result */
  private async conclude(result: JobResult): Promise<boolean> {
    await this.deliver();
    // What GitLab asked for while the job ran says nothing of its end.
    this.interval = this.settings.interval;
    try {
      return await this.update(updateOf(result, this.buffer.digest));
    } catch (error) {
      // A job that ended as we told is refused any update: an earlier try was taken, and its answer lost.
      if (error instanceof JobGoneError && error.jobStatus === result.state) return true;
      throw error;
    }
  }

  private async update(update: JobUpdate): Promise<boolean> {
    const answer = await this.deps.coordinator.updateJob(this.deps.job, update, this.stop.signal);
    this.hear(answer);
    return answer.accepted;
  }

  private hear({ canceling, interval }: JobNews): void {
    this.lastContact = Date.now();
    if (interval !== undefined) this.interval = Math.min(interval, this.settings.intervalMax);
    if (!canceling || this.canceling) return;
    this.canceling = true;
    this.deps.onCancel('canceling');
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await work();
      this.failures.clear();
      return value;
    } catch (error) {
      if (this.isStopped()) return undefined;
      this.failures.add(error);
      this.deps.logger.warn({ job: this.deps.job.id, failures: this.failures.count }, messageOf(error));
      if (error instanceof JobGoneError) {
        this.end();
        this.deps.onCancel('gone');
      }
      return undefined;
    }
  }

  /** Milliseconds until the next try. */
  private pause(): number {
    if (this.failures.count === 0) return this.interval;
    return this.failures.pause(this.settings.interval, this.settings.backoffMax);
  }

  /** After a failure nothing is sent before its time, however much is waiting. */
  private isUrgent(): boolean {
    return this.failures.count === 0 && this.buffer.pending >= this.settings.urgent;
  }

  private isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  private isEnding(): boolean {
    return this.finishing || this.isStopped();
  }

  private end(): void {
    this.stop.abort(new Error('nothing more is sent to GitLab for this job'));
    this.alarm.ring();
    this.release();
  }

  private release(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }
}

/** GitLab's answer to a runner that accepts a job which is no longer its own. */
function takenBack(error: unknown): never {
  throw error instanceof CoordinatorError && error.status === 409 ? new JobGoneError(error.message) : error;
}
