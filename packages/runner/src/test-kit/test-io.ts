import { PassThrough, Readable, Writable } from 'node:stream';
import type { Input, Io, Output } from '../io.ts';

/** A stream that keeps what is written. */
export class Collected extends Writable {
  readonly #chunks: Buffer[] = [];
  #waiting: { readonly text: string; readonly resolve: () => void }[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    const { text } = this;
    for (const waiting of this.#waiting) if (text.includes(waiting.text)) waiting.resolve();
    this.#waiting = this.#waiting.filter((waiting) => !text.includes(waiting.text));
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  get lines(): string[] {
    return this.text.trimEnd().split('\n');
  }

  /** Resolves when the text has been written. */
  async until(text: string): Promise<void> {
    if (this.text.includes(text)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ text, resolve });
    });
  }
}

/** A terminal: what it can do besides taking text does nothing. */
export class Terminal extends Collected {
  readonly isTTY = true;
  readonly columns = 80;
  cursorTo(): boolean {
    return true;
  }
  clearLine(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }
}

/** Somebody at the keyboard. */
export class Keyboard extends PassThrough {
  readonly isTTY = true;
}

/** A world for one run of the command. */
export class TestIo implements Io {
  readonly out = new Collected();
  readonly stdout: Output;
  readonly stderr = new Collected();
  /** Statuses with which the command wanted to leave at once. */
  readonly left: number[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #signals = new Set<(signal: NodeJS.Signals) => void>();

  constructor(
    readonly cwd: string,
    readonly env: Readonly<Record<string, string | undefined>>,
    stdout?: Output,
    readonly stdin: Input = Readable.from([]),
  ) {
    this.stdout = stdout ?? this.out;
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSignal(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): () => void {
    const told = (signal: NodeJS.Signals): void => {
      if (signals.includes(signal)) listener(signal);
    };
    this.#signals.add(told);
    return () => this.#signals.delete(told);
  }

  /** As if the process got the signal. */
  signal(signal: NodeJS.Signals): void {
    for (const told of this.#signals) told(signal);
  }

  leave(status: number): void {
    this.left.push(status);
  }

  /** As Ctrl-C does. */
  interrupt(): void {
    for (const listener of this.#listeners) listener();
  }

  get isListening(): boolean {
    return this.#listeners.size + this.#signals.size > 0;
  }
}
