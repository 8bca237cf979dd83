import { environmentOf, type Environment } from './environment.ts';
import { expand } from './expand.ts';
import { isPublic, type Variable } from './variable.ts';

/** A job's variables in GitLab's order: duplicates are kept and the last one of a name wins. Immutable. */
export class Variables implements Iterable<Variable> {
  readonly #list: readonly Variable[];
  #last: Map<string, Variable> | undefined;
  readonly #others: readonly string[];
  /** The list that this one was expanded from. */
  readonly #written: Variables | undefined;
  #secrets: readonly string[] | undefined;
  #environment: Environment | undefined;

  /**
   * @param others what is secret besides the values of masked variables
   * @param written the list that this one was expanded from
   */
  constructor(list: Iterable<Variable>, others: Iterable<string> = [], written?: Variables) {
    this.#list = [...list];
    this.#others = [...others];
    this.#written = written;
  }

  [Symbol.iterator](): Iterator<Variable> {
    return this.#list[Symbol.iterator]();
  }

  /** The last variable of that name. */
  find(key: string): Variable | undefined {
    return this.#byName.get(key);
  }

  /** The value of the last variable of that name; empty when there is none. */
  get(key: string): string {
    return this.find(key)?.value ?? '';
  }

  /** Each name once, with its last value, in the order of first appearance. */
  unique(): Variable[] {
    return [...this.#byName.values()];
  }

  /** Replaces references to variables in a text; unknown names give nothing. */
  expand(text: string): string {
    return expand(text, (name) => this.get(name));
  }

  /** A list in which each value that is not raw had its references replaced, once, by unexpanded values. */
  expanded(): Variables {
    const list = this.#list.map((variable) =>
      variable.raw || !variable.value.includes('$') ? variable : this.#replaced(variable),
    );
    return new Variables(list, this.#others, this);
  }

  /** A list with more variables at its end, and with the same secrets besides theirs. */
  with(more: Iterable<Variable>): Variables {
    const added = [...more];
    return new Variables([...this.#list, ...added], this.#others, this.#written?.with(added));
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

  /**
   * What must not be seen: the values of masked variables and the other secrets, without the white space around them,
   * such as the line break with which a file ends; also as JSON and Kubernetes quote them in messages. A blank value
   * hides nothing.
   */
  get secrets(): readonly string[] {
    this.#secrets ??= formsOf([...this.#list.filter((v) => v.masked).map((v) => v.value), ...this.#others]);
    return this.#secrets;
  }

  /** Whether a secret, such as the value of a masked variable, is in a text. */
  hasMasked(text: string): boolean {
    return this.secrets.some((secret) => text.includes(secret));
  }

  /** Whether the value of a variable may not be seen in the Pod, public as it may be. */
  isHidden(variable: Variable): boolean {
    return !isPublic(variable) || variable.fromHidden === true || this.hasMasked(variable.value);
  }

  /** What of it containers have in their environment. */
  get environment(): Environment {
    this.#environment ??= environmentOf(this);
    return this.#environment;
  }

  /** The last variable of each name. Made when it is asked for: many lists are only a step to the next. */
  get #byName(): ReadonlyMap<string, Variable> {
    if (this.#last === undefined) {
      this.#last = new Map();
      for (const variable of this.#list) this.#last.set(variable.key, variable);
    }
    return this.#last;
  }

  #replaced(variable: Variable): Variable {
    let fromHidden = false;
    const value = expand(variable.value, (name) => {
      const found = this.find(name);
      if (found === undefined || found.value === '') return '';
      fromHidden ||= !isPublic(found);
      return found.value;
    });
    return fromHidden ? { ...variable, value, fromHidden } : { ...variable, value };
  }
}

function formsOf(values: readonly string[]): string[] {
  const forms = values.map((value) => value.trim()).filter((value) => value !== '');
  return [...new Set([...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))])];
}
