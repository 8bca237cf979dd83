const newline = 0x0a;

/**
 * Puts the time before each line of a log, as `FF_TIMESTAMPS` of GitLab Runner has it: `2026-01-02T03:04:05.678000Z 00O `, UTC,
 * the number of the stream, always 00 here, `O` for output, and a space for the beginning of a line. GitLab takes it off
 * again and shows it beside the line. A line has the time at which its first bytes arrived.
 */
export class LineTimes {
  readonly #now: () => number;
  #isLineStart = true;

  /** @param now Unix time in seconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns the same bytes with the times in front of the lines that begin in them */
  write(bytes: Uint8Array): Uint8Array {
    const starts = this.#starts(bytes);
    if (starts.length === 0) return bytes;
    const time = new Date(this.#now() * 1000).toISOString();
    const head = Buffer.from(`${time.slice(0, -1)}000Z 00O `, 'latin1');
    const told = Buffer.allocUnsafe(bytes.length + starts.length * head.length);
    let done = 0;
    let to = 0;
    for (const start of starts) {
      told.set(bytes.subarray(done, start), to);
      to += start - done;
      told.set(head, to);
      to += head.length;
      done = start;
    }
    told.set(bytes.subarray(done), to);
    return told;
  }

  /** Where lines begin; the one behind a last newline begins with what comes next. */
  #starts(bytes: Uint8Array): number[] {
    if (bytes.length === 0) return [];
    const starts = this.#isLineStart ? [0] : [];
    let at = bytes.indexOf(newline);
    while (at !== -1 && at + 1 < bytes.length) {
      starts.push(at + 1);
      at = bytes.indexOf(newline, at + 1);
    }
    this.#isLineStart = at !== -1;
    return starts;
  }
}
