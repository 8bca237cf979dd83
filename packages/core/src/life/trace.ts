import type { Plan } from '../plan.ts';
import type { TraceSink } from '../ports.ts';
import type { JobLog } from '../job/context.ts';
import type { PodEvent, StageFinishedEvent, StageStartedEvent } from './events.ts';
import { LineTimes } from './line-times.ts';
import { LogSplitter } from './log-splitter.ts';
import { Masker } from './masker.ts';
import { OutputLimit } from './output-limit.ts';

const escape = '\x1b[';
const reset = `${escape}0;m`;
const clearLine = `${escape}0K`;
const cyan = `${escape}36;1m`;
const green = `${escape}32;1m`;
const yellow = `${escape}0;33m`;
const red = `${escape}31;1m`;

export interface JobTraceOptions {
  readonly sink: TraceSink;
  /** Values that must not appear. */
  readonly secrets: readonly string[];
  /** Whether GitLab's section markers are written (`features.trace_sections`). */
  readonly sections: boolean;
  /** Whether each line begins with the time. */
  readonly times: boolean;
  /** Unix time in seconds, for lines and for podwright's own sections. */
  readonly now: () => number;
  /** Bytes of the Pod's output that are shown; default all. podwright's own lines do not count. */
  readonly outputLimit?: number;
}

/**
 * The job's log as GitLab receives it: podwright's own lines, and the Pod's log with its markers turned into sections.
 * What comes of the Pod's log depends on nothing but its bytes and the plan, so it is the same when it is read again.
 */
export class JobTrace implements JobLog {
  readonly #options: JobTraceOptions;
  #secrets: readonly string[];
  #masker: Masker;
  readonly #limit: OutputLimit;
  readonly #times: LineTimes | undefined;
  #splitter: LogSplitter | undefined;
  #attempts = new Map<string, number>();
  #titles = new Map<string, string>();
  readonly #started = new Set<string>();
  /** The last attempt that has ended, by stage. */
  readonly #finished = new Map<string, number>();
  /** The section of podwright's own that is open; the Pod's first one ends it. */
  #ownSection: string | undefined;
  /** The stage whose section is open. */
  #openStage: string | undefined;
  /** Pending as long as the sink holds back; everything later waits behind it. */
  #pending: Promise<void> | undefined;

  constructor(options: JobTraceOptions) {
    this.#options = options;
    this.#secrets = options.secrets;
    this.#masker = new Masker(options.secrets);
    this.#limit = new OutputLimit(options.outputLimit ?? Infinity);
    this.#times = options.times ? new LineTimes(options.now) : undefined;
  }

  /** More values that must not appear from here on; before the Pod's log begins. */
  hide(secrets: readonly string[]): void {
    if (secrets.length === 0) return;
    this.#send(this.#masker.end());
    this.#secrets = [...this.#secrets, ...secrets];
    this.#masker = new Masker(this.#secrets);
  }

  plain(text: string): void {
    this.#line(clearLine, text);
  }

  info(text: string): void {
    this.#line(green, text);
  }

  warn(text: string): void {
    this.#line(`${yellow}WARNING: `, text);
  }

  error(text: string): void {
    this.#line(`${red}ERROR: `, text);
  }

  /** Starts a section of podwright's own. It ends with `endOwnSection` or with the Pod's first section. */
  startOwnSection(name: string, title: string): void {
    this.#ownSection = name;
    this.#sectionStart(name, title, this.#options.now());
  }

  endOwnSection(time = this.#options.now()): void {
    if (this.#ownSection !== undefined) this.#sectionEnd(this.#ownSection, time);
    this.#ownSection = undefined;
  }

  /** The Pod's log begins: what follows through `log` is split by this plan. Once per Pod. */
  begin(plan: Plan): void {
    this.#splitter = new LogSplitter(plan.nonce);
    this.#attempts = new Map(plan.stages.map((stage) => [stage.name, stage.attempts]));
    this.#titles = new Map(plan.stages.map((stage) => [stage.name, stage.title]));
    this.#started.clear();
    this.#finished.clear();
  }

  /** Whether the Pod's log shows that a stage was started. */
  hasStarted(stage: string): boolean {
    return this.#started.has(stage);
  }

  /** Whether the Pod's log shows that an attempt of a stage has ended. */
  hasFinished(stage: string, attempt: number): boolean {
    return (this.#finished.get(stage) ?? 0) >= attempt;
  }

  /** A piece of the Pod's log. While the returned promise is pending, no more should be read. */
  log(chunk: Uint8Array): Promise<void> | undefined {
    for (const piece of this.#splitter?.write(chunk) ?? []) {
      if (piece.kind === 'output') this.#output(piece.bytes);
      else this.#event(piece.event);
    }
    return this.#pending;
  }

  /** The Pod's log has ended, in the middle of a stage perhaps: gives out what was held back. */
  logEnd(): void {
    for (const piece of this.#splitter?.end() ?? []) if (piece.kind === 'output') this.#output(piece.bytes);
    this.#splitter = undefined;
    this.#endStage(this.#options.now());
  }

  /** Everything was written. @returns when the sink has taken it; rejects when the sink failed at any time */
  async end(): Promise<void> {
    this.#send(this.#masker.end());
    await this.#pending;
  }

  #output(bytes: Uint8Array): void {
    if (this.#limit.isExceeded) return;
    this.#write(this.#limit.take(bytes));
    if (!this.#limit.isExceeded) return;
    this.#write(Buffer.from('\n'));
    this.warn(
      `The job has printed more than ${this.#limit.bytes} bytes (output_limit). It goes on; the rest is not shown.`,
    );
  }

  #event(event: PodEvent): void {
    if (event.event === 'stage_started') this.#stageStarted(event);
    if (event.event === 'stage_finished') this.#stageFinished(event);
  }

  #endStage(time: number): void {
    if (this.#openStage !== undefined) this.#sectionEnd(this.#openStage, time);
    this.#openStage = undefined;
  }

  #stageStarted({ stage, attempt, time }: StageStartedEvent): void {
    this.endOwnSection(time);
    this.#openStage = stage;
    this.#started.add(stage);
    if (attempt === 1) this.#sectionStart(stage, this.#titles.get(stage) ?? stage, time);
  }

  #stageFinished(event: StageFinishedEvent): void {
    this.#finished.set(event.stage, event.attempt);
    const attempts = this.#attempts.get(event.stage) ?? 1;
    const again = event.exit_code !== 0 && event.stopped === undefined && event.attempt < attempts;
    if (again) this.warn(`exit code ${event.exit_code}, trying again (${event.attempt + 1} of ${attempts})`);
    else this.#endStage(event.time);
  }

  #sectionStart(name: string, title: string, time: number): void {
    const marker = this.#options.sections ? `section_start:${Math.floor(time)}:${name}\r${clearLine}` : '';
    this.#write(Buffer.from(`${marker}${clearLine}${cyan}${title}${reset}${this.#lineEnd}`));
  }

  #sectionEnd(name: string, time: number): void {
    if (this.#options.sections) this.#write(Buffer.from(`section_end:${Math.floor(time)}:${name}\r${clearLine}`));
  }

  /** GitLab Runner's way, unless what follows a line would get a time of its own. */
  get #lineEnd(): string {
    return this.#times === undefined ? `\n${reset}` : `${reset}\n`;
  }

  #line(prefix: string, text: string): void {
    this.#write(Buffer.from(`${prefix}${text}${this.#lineEnd}`));
  }

  #write(bytes: Uint8Array): void {
    this.#send(this.#masker.write(bytes));
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { sink } = this.#options;
    const told = this.#times?.write(bytes) ?? bytes;
    const taken = this.#pending === undefined ? sink.write(told) : this.#pending.then(() => sink.write(told));
    if (!(taken instanceof Promise)) return;
    const pending: Promise<void> = taken.then(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    // Whoever awaits it hears of a failure; here it must only not be lost as an unhandled one.
    pending.catch(() => undefined);
    this.#pending = pending;
  }
}
