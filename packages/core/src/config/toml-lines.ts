/** Texts that go over several lines, those that do not, and comments; no two of them can begin at one place. */
const token = /"""(?:\\[\s\S]|(?!""")[^\\])*"{3,5}|'''(?:(?!''')[\s\S])*'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g;

/** The lines of a valid TOML text, counted from 0. */
export class TomlLines {
  readonly count: number;
  /** Offsets; the last one is the length of the text. */
  readonly #starts: readonly number[];
  /** Lines that begin within a text. */
  readonly #inText = new Set<number>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    this.#starts = starts.at(-1) === text.length ? starts : [...starts, text.length];
    this.count = this.#starts.length - 1;
    for (const { index, 0: found } of text.matchAll(token)) {
      const last = found.includes('\n') ? this.at(index + found.length - 1) : 0;
      for (let line = this.at(index) + 1; line <= last; line += 1) this.#inText.add(line);
    }
  }

  /** The line that an offset is in. */
  at(offset: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Offset of a line; that of `count` is where the text ends. */
  startOf(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  isComment(line: number): boolean {
    return this.#isPlain(line) && this.#trimmed(line).startsWith('#');
  }

  isEmpty(line: number): boolean {
    return this.#isPlain(line) && this.#trimmed(line) === '';
  }

  /** How many spaces and tabs a line begins with. */
  indentOf(line: number): number {
    const text = this.#lineText(line);
    return text.length - text.trimStart().length;
  }

  #isPlain(line: number): boolean {
    return line >= 0 && line < this.count && !this.#inText.has(line);
  }

  #trimmed(line: number): string {
    return this.#lineText(line).trim();
  }

  #lineText(line: number): string {
    return this.#text.slice(this.startOf(line), this.startOf(line + 1));
  }
}
