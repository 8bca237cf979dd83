import type { Writable } from 'node:stream';
import yoctoSpinner, { type Spinner } from 'yocto-spinner';

/** A line below the trace that tells what is waited for. Shown on terminals only. */
export interface StatusLine {
  /** Sets the text and shows it. */
  start(text: string): void;
  /** For good, until the next `start`. */
  stop(): void;
  /** Takes the line away to write something. */
  hide(): void;
  /** Brings it back below what was written. */
  show(): void;
}

/** A spinner on a terminal, plain lines on one that cannot move its cursor, nothing elsewhere. */
export function createStatusLine(
  stream: Writable & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): StatusLine {
  if (stream.isTTY !== true) return { ...still, start() {} };
  const canMove = env['TERM'] !== 'dumb' && env['CI'] === undefined;
  return canMove ? new SpinnerLine(stream) : { ...still, start: (text) => void stream.write(`${text}\n`) };
}

const still = { stop() {}, hide() {}, show() {} };

class SpinnerLine implements StatusLine {
  readonly #spinner: Spinner;
  /** Absent while there is nothing to tell. */
  #text: string | undefined;

  constructor(stream: Writable) {
    this.#spinner = yoctoSpinner({ stream, handleSignals: false });
  }

  start(text: string): void {
    this.hide();
    this.#text = text;
    this.show();
  }

  stop(): void {
    this.hide();
    this.#text = undefined;
  }

  hide(): void {
    if (this.#spinner.isSpinning) this.#spinner.stop();
  }

  show(): void {
    if (this.#text !== undefined && !this.#spinner.isSpinning) this.#spinner.start(this.#text);
  }
}
