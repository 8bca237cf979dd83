import { ConfigError } from '@podwright/core';

/** Collects what is wrong with one file, so that everything is reported at once. */
export class CiProblems {
  readonly #found = new Map<string, { line: number; path: string; message: string }>();

  /** @param file how the file is called in messages */
  constructor(readonly file: string) {}

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /**
   * The same complaint about the same line is kept once: what is wrong in a template is wrong in each job that uses it.
   * @param line 1 is the first; 0 means the whole file
   */
  add(line: number, path: string, message: string): void {
    const key = `${line} ${message}`;
    if (!this.#found.has(key)) this.#found.set(key, { line, path, message });
  }

  /** @throws ConfigError with one `file:line: path: message` per problem, in the order of the lines */
  throwIfAny(): void {
    if (this.isEmpty) return;
    const sorted = [...this.#found.values()].toSorted((a, b) => a.line - b.line);
    throw new ConfigError(
      this.file,
      sorted.map(({ line, path, message }) => ({ path: this.#place(line, path), message, kind: 'invalid' })),
    );
  }

  #place(line: number, path: string): string {
    const place = line === 0 ? this.file : `${this.file}:${line}`;
    return path === '' ? place : `${place}: ${path}`;
  }
}
