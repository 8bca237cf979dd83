import { expand } from './expand.ts';

/** One variable of a job. */
export interface Variable {
  readonly key: string;
  readonly value: string;
  /** May be shown: such a variable goes into the Pod's env. */
  readonly public?: boolean;
  /** Set by the runner itself; treated like a public one. */
  readonly internal?: boolean;
  /** The value is a file's content; scripts see the file's path. */
  readonly file?: boolean;
  /** The value must not appear in the trace. */
  readonly masked?: boolean;
  /** References in the value are left alone. */
  readonly raw?: boolean;
}

/** A job's variables in GitLab's order: duplicates are kept and the last one of a name wins. Immutable. */
export class Variables implements Iterable<Variable> {
  readonly #list: readonly Variable[];
  readonly #last = new Map<string, Variable>();
  /** The list that this one was expanded from. */
  readonly #written: Variables | undefined;

  /** @param written the list that this one was expanded from */
  constructor(list: Iterable<Variable>, written?: Variables) {
    this.#list = [...list];
    this.#written = written;
    for (const variable of this.#list) this.#last.set(variable.key, variable);
  }

  [Symbol.iterator](): Iterator<Variable> {
    return this.#list[Symbol.iterator]();
  }

  /** The last variable of that name. */
  find(key: string): Variable | undefined {
    return this.#last.get(key);
  }

  /** The value of the last variable of that name; empty when there is none. */
  get(key: string): string {
    return this.#last.get(key)?.value ?? '';
  }

  /** Each name once, with its last value, in the order of first appearance. */
  unique(): Variable[] {
    return [...this.#last.values()];
  }

  /** Replaces references to variables in a text; unknown names give nothing. */
  expand(text: string): string {
    return expand(text, (name) => this.get(name));
  }

  /** A list in which each value that is not raw had its references replaced, once, by unexpanded values. */
  expanded(): Variables {
    return new Variables(
      this.#list.map((variable) =>
        variable.raw || !variable.value.includes('$') ? variable : { ...variable, value: this.expand(variable.value) },
      ),
      this,
    );
  }

  /**
   * The value of the last variable of that name with the references in it replaced by values of this list: in an expanded
   * one, by expanded values. It starts from what was written, so that a `$$` gives a `$` and no reference.
   */
  resolve(key: string): string {
    const variable = (this.#written ?? this).find(key);
    if (variable === undefined) return '';
    return variable.raw ? variable.value : this.expand(variable.value);
  }

  /** What must not appear in the trace: the values of masked variables. */
  maskedValues(): string[] {
    return [...new Set(this.#list.filter((v) => v.masked && v.value !== '').map((v) => v.value))];
  }

  /** Whether the value of a masked variable is in a text. */
  hasMasked(text: string): boolean {
    return this.#list.some(({ masked, value }) => masked === true && value !== '' && text.includes(value));
  }
}
