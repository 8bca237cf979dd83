/** An event is far shorter; what is longer is not one, and is not kept. */
const longestLine = 64 * 1024;

/** Makes lines of a stream of UTF-8, wherever it is cut. */
export class LineSplitter {
  #partial = '';

  /** @returns the lines that are complete, without their ends; of a longer one than 64 KiB the end may be missing */
  write(chunk: Uint8Array): string[] {
    const lines = (this.#partial + Buffer.from(chunk).toString('latin1')).split('\n');
    this.#partial = (lines.pop() ?? '').slice(0, longestLine);
    return lines.map((line) => Buffer.from(line, 'latin1').toString('utf8'));
  }
}
