import type { Writable } from 'node:stream';
import type { TraceSink } from '@podwright/core';
import type { StatusLine } from './status-line.ts';
import type { TraceRenderer } from './trace-renderer.ts';

export interface TerminalSinkOptions {
  readonly stdout: Writable;
  readonly renderer: TraceRenderer;
  readonly status: StatusLine;
  /** Told once, when nothing more can be written: `EPIPE` when the reader has gone, such as `head`. */
  onBroken(error: NodeJS.ErrnoException): void;
}

/** Writes the trace to stdout as fast as its reader takes it. After a failure the rest is dropped. */
export class TerminalSink implements TraceSink {
  readonly #options: TerminalSinkOptions;
  readonly #onError = (error: Error): void => this.#break(error);
  #isBroken = false;
  #release: (() => void) | undefined;

  constructor(options: TerminalSinkOptions) {
    this.#options = options;
    options.stdout.on('error', this.#onError);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    return this.#put(this.#options.renderer.write(chunk));
  }

  /** Writes what was held back, and resolves when stdout has taken everything. */
  async end(): Promise<void> {
    await this.#put(this.#options.renderer.end());
    if (this.#isBroken) return;
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      this.#options.stdout.write('', () => resolve());
    });
  }

  #put(bytes: Buffer): Promise<void> | undefined {
    const { stdout, renderer, status } = this.#options;
    if (bytes.length === 0 || this.#isBroken) return undefined;
    status.hide();
    const isTaken = stdout.write(bytes);
    if (renderer.isAtLineStart) status.show();
    if (isTaken) return undefined;
    return new Promise((resolve) => {
      this.#release = resolve;
      stdout.once('drain', resolve);
    });
  }

  #break(error: NodeJS.ErrnoException): void {
    this.#release?.();
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#options.status.stop();
    this.#options.onBroken(error);
  }
}
