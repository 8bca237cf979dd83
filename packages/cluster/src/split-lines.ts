const newline = 0x0a;

/**
 * Cuts a stream of bytes into lines. Feed it with `push`; each complete line is told without its newline, empty ones
 * are not. What follows the last newline is kept: a stream that breaks off leaves half a line, which is never told.
 */
export class LineSplitter {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  /** @param limit longest line in bytes */
  constructor(
    private readonly limit: number,
    private readonly onLine: (line: Buffer) => void,
  ) {}

  /** @throws RangeError when a line is longer than the limit */
  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.finish(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
  }

  private finish(last: Uint8Array): void {
    this.keep(last);
    const line = this.parts.length === 1 ? asBuffer(last) : Buffer.concat(this.parts, this.size);
    this.parts.length = 0;
    this.size = 0;
    if (line.length > 0) this.onLine(line);
  }

  private keep(part: Uint8Array): void {
    this.size += part.length;
    if (this.size > this.limit) throw new RangeError(`a line is longer than ${this.limit} bytes`);
    this.parts.push(part);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
