import { Masker } from './masker.ts';

/** Characters of a secret's beginning that are worth hiding: GitLab masks no value with fewer. */
const longEnough = 8;

/** Hides secrets in texts and data that are not part of the trace, as the trace hides them. */
export class TextMask {
  #secrets: readonly string[];
  /** Made when it is needed: most jobs end without an error. */
  #masker: Masker | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** More values that must not appear from here on. */
  hide(secrets: readonly string[]): void {
    this.#secrets = [...this.#secrets, ...secrets];
    this.#masker = undefined;
  }

  /** Also hides the beginning of a secret at the end of the text, which may have been cut. */
  text(text: string): string {
    this.#masker ??= new Masker(this.#secrets);
    const shown = Buffer.from(this.#masker.write(Buffer.from(text))).toString();
    const beginning = Buffer.from(this.#masker.end()).toString();
    return shown + (beginning.length < longEnough ? beginning : '[MASKED]');
  }

  /** A copy of plain data in which every text, keys included, is masked; an error becomes its message. */
  data<T>(value: T): T {
    return this.#data(value) as T;
  }

  #data(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((element) => this.#data(element));
    if (value instanceof Error) return this.text(value.message);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [this.text(key), this.#data(child)]));
  }
}
