/** Longest section marker or escape sequence; what is longer is neither, and is shown as it is. */
const longest = 512;

const escape = 0x1b;
const lineFeed = 0x0a;
const marker = /section_(start|end):\d{1,20}:[\w.-]{1,255}(?:\[[^\]\r\n]{0,200}\])?\r$/;
/** The beginning of a marker, as the end of what has arrived. */
const partialMarker =
  /^section_(?:start|end|star?|s?t?|en?)?(?::\d{0,20}(?::[\w.-]{0,255}(?:\[[^\]\r\n]{0,200}\]?)?\r?)?)?$/;
const word = 'section_';
const heading = Buffer.from('==> ');
const newLine = Buffer.from('\n');

/**
 * Makes a job's trace readable on a terminal or in a file, piece by piece: GitLab's section markers become headings,
 * and without colours the escape sequences for colours and for clearing a line are left out. All else is untouched.
 */
export class TraceRenderer {
  #held: Buffer = Buffer.alloc(0);
  #out: Buffer[] = [];
  #atLineStart = true;

  constructor(readonly options: { readonly color: boolean }) {}

  /** Whether what was given out ends with a line, so that another one can be put below it. */
  get isAtLineStart(): boolean {
    return this.#atLineStart;
  }

  /** @returns what to show now; the end of it may be held back until more is known */
  write(chunk: Uint8Array): Buffer {
    const incoming = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#render(this.#held.length === 0 ? incoming : Buffer.concat([this.#held, incoming]));
    return this.#take();
  }

  /** @returns what was held back: nothing more comes */
  end(): Buffer {
    this.#text(this.#held);
    this.#held = Buffer.alloc(0);
    return this.#take();
  }

  #render(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(escape); at !== -1; at = bytes.indexOf(escape, at + 1)) {
      const end = sequenceEnd(bytes, at);
      if (end === undefined) {
        this.#hold(bytes, from, at);
        return;
      }
      const markerStart = this.#markerBefore(bytes, from, at, end);
      this.#text(bytes.subarray(from, markerStart?.at ?? at));
      if (markerStart === undefined) this.#sequence(bytes.subarray(at, end));
      else if (markerStart.opens) this.#heading();
      from = end;
      at = end - 1;
    }
    const keep = heldLength(bytes.subarray(Math.max(from, bytes.length - longest)));
    this.#text(bytes.subarray(from, bytes.length - keep));
    this.#held = Buffer.from(bytes.subarray(bytes.length - keep));
  }

  /** Holds back an unfinished escape sequence, together with the marker that it may end. */
  #hold(bytes: Buffer, from: number, at: number): void {
    const before = heldLength(bytes.subarray(Math.max(from, at - longest), at));
    this.#text(bytes.subarray(from, at - before));
    this.#held = Buffer.from(bytes.subarray(at - before));
  }

  /** Where the section marker begins that the sequence at `at` ends, if it ends one. */
  #markerBefore(bytes: Buffer, from: number, at: number, end: number): { at: number; opens: boolean } | undefined {
    if (at === from || bytes[at - 1] !== 0x0d || bytes.toString('latin1', at, end) !== '\u001b[0K') return undefined;
    const match = marker.exec(bytes.toString('latin1', Math.max(from, at - longest), at));
    return match === null ? undefined : { at: at - match[0].length, opens: match[1] === 'start' };
  }

  #heading(): void {
    if (!this.#atLineStart) this.#text(newLine);
    this.#text(heading);
  }

  #sequence(bytes: Buffer): void {
    const final = String.fromCharCode(bytes[bytes.length - 1] ?? 0);
    if (this.options.color || !(final === 'm' || final === 'K')) this.#out.push(bytes);
  }

  #text(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#out.push(bytes);
    this.#atLineStart = bytes[bytes.length - 1] === lineFeed;
  }

  #take(): Buffer {
    const [only] = this.#out;
    const taken = this.#out.length === 1 && only !== undefined ? only : Buffer.concat(this.#out);
    this.#out = [];
    return taken;
  }
}

/** Where the escape sequence ends that begins at `at`; undefined when its end has not arrived. */
function sequenceEnd(bytes: Buffer, at: number): number | undefined {
  if (at + 1 >= bytes.length) return undefined;
  if (bytes[at + 1] !== 0x5b) return at + 1;
  for (let end = at + 2; end < bytes.length; end += 1) {
    const byte = bytes[end] as number;
    if (byte >= 0x40 && byte <= 0x7e) return end + 1;
    const isParameter = byte >= 0x20 && byte <= 0x3f;
    if (!isParameter || end - at > longest) return at + 1;
  }
  return bytes.length - at > longest ? at + 1 : undefined;
}

/** How many bytes at the end may be the beginning of a marker. */
function heldLength(tail: Buffer): number {
  const text = tail.toString('latin1');
  const at = text.lastIndexOf(word);
  if (at !== -1 && partialMarker.test(text.slice(at))) return text.length - at;
  for (let length = Math.min(word.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
