import { markerEnd, markerStart, parseEvent, type PodEvent } from './events.ts';

/** A piece of the Pod's log: what scripts printed, or an event that stands at this place of it. */
export type LogPiece =
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'event'; readonly event: PodEvent };

/** No marker is longer than this; what looks like the start of one and has no end within it is output. */
const longestMarker = 4096;

/**
 * Takes the supervisor's markers out of the log, wherever the stream is cut. The markers say where a stage's output
 * begins and ends; a job's result is never read from them.
 */
export class LogSplitter {
  readonly #start: Buffer;
  readonly #nonce: string;
  #held: Buffer = Buffer.alloc(0);

  constructor(nonce: string) {
    this.#nonce = nonce;
    this.#start = Buffer.from(markerStart(nonce));
  }

  /** @returns the complete pieces in order */
  write(chunk: Uint8Array): LogPiece[] {
    const incoming = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let rest = this.#held.length === 0 ? incoming : Buffer.concat([this.#held, incoming]);
    const pieces: LogPiece[] = [];
    for (let at = rest.indexOf(this.#start); at !== -1; at = rest.indexOf(this.#start)) {
      const body = at + this.#start.length;
      const end = rest.indexOf(markerEnd, body);
      if (end === -1 && rest.length - at <= longestMarker) {
        addOutput(pieces, rest.subarray(0, at));
        this.#held = Buffer.from(rest.subarray(at));
        return pieces;
      }
      const event = end === -1 ? undefined : parseEvent(rest.toString('utf8', body, end), this.#nonce);
      const next = event === undefined ? body : end + 1;
      addOutput(pieces, rest.subarray(0, event === undefined ? body : at));
      if (event !== undefined) pieces.push({ kind: 'event', event });
      rest = rest.subarray(next);
    }
    const keep = this.#startOfMarker(rest);
    addOutput(pieces, rest.subarray(0, rest.length - keep));
    this.#held = Buffer.from(rest.subarray(rest.length - keep));
    return pieces;
  }

  /** The log has ended. @returns what was held back, as output */
  end(): LogPiece[] {
    const pieces: LogPiece[] = [];
    addOutput(pieces, this.#held);
    this.#held = Buffer.alloc(0);
    return pieces;
  }

  /** How many bytes at the end of `text` may be the beginning of a marker. */
  #startOfMarker(text: Buffer): number {
    const from = text.lastIndexOf(this.#start[0] as number);
    if (from === -1 || text.length - from >= this.#start.length) return 0;
    return this.#start.subarray(0, text.length - from).equals(text.subarray(from)) ? text.length - from : 0;
  }
}

function addOutput(pieces: LogPiece[], bytes: Buffer): void {
  if (bytes.length > 0) pieces.push({ kind: 'output', bytes });
}
