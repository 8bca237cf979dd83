import { joinPath } from './problems.ts';

/** What the parser of `toml` makes of a text, as far as it is used. */
interface Assign {
  readonly type: 'Assign' | 'InlineTableValue';
  readonly key: readonly string[];
  readonly value: Value;
  readonly offset: number;
}
interface Header {
  readonly type: 'ObjectPath' | 'ArrayPath';
  readonly value: readonly string[];
  readonly offset: number;
}
interface Value {
  readonly type: string;
  readonly value: unknown;
  readonly offset: number;
}
/** The nodes of a document, in its order. */
export type TomlNodes = readonly (Assign | Header)[];

/** A value that is no table, list or part of one. */
export interface Scalar {
  readonly path: string;
  /** What the parser calls it: `String`, `Integer`, `LocalDate` and the like. */
  readonly type: string;
  readonly value: unknown;
}

/** Where everything stands in a TOML text. */
export class Places {
  readonly #offsets = new Map<string, number>();
  /** How many tables each array of tables has so far. */
  readonly #lengths = new Map<string, number>();
  readonly #scalars: Scalar[] = [];
  readonly #text: string;

  constructor(text: string, nodes: TomlNodes) {
    this.#text = text;
    let table = '';
    for (const node of nodes) {
      if ('key' in node) {
        this.#assign(table, node);
      } else {
        table = this.#open(node);
        this.#add(table, node.offset);
      }
    }
  }

  /** The paths of all keys and elements, in the order of the text. */
  get paths(): Iterable<string> {
    return this.#offsets.keys();
  }

  get scalars(): readonly Scalar[] {
    return this.#scalars;
  }

  /**
   * The line that a path such as `runners[0].kubernetes.cpu_limit` stands in: that of the key itself, or of the nearest
   * table around it. Undefined for the whole file.
   */
  lineOf(path: string): number | undefined {
    for (let at = path; at !== ''; at = parentOf(at)) {
      const offset = this.#offsets.get(at);
      if (offset !== undefined) return this.#text.slice(0, offset).split('\n').length;
    }
    return undefined;
  }

  #add(path: string, offset: number): void {
    if (!this.#offsets.has(path)) this.#offsets.set(path, offset);
  }

  /** The path of a header's table; below an array of tables the last one is meant. */
  #open({ type, value, offset }: Header): string {
    let path = '';
    for (const [i, key] of value.entries()) {
      path = joinPath(path, [key]);
      if (type === 'ArrayPath' && i === value.length - 1) {
        this.#lengths.set(path, (this.#lengths.get(path) ?? 0) + 1);
      }
      this.#add(path, offset);
      const length = this.#lengths.get(path);
      if (length !== undefined) path = joinPath(path, [length - 1]);
    }
    return path;
  }

  #assign(table: string, { key, value, offset }: Assign): void {
    let path = table;
    for (const part of key) {
      path = joinPath(path, [part]);
      this.#add(path, offset);
    }
    this.#value(path, value);
  }

  #value(path: string, { type, value }: Value): void {
    if (type === 'InlineTable') {
      for (const entry of value as Assign[]) this.#assign(path, entry);
      return;
    }
    if (type !== 'Array') {
      this.#scalars.push({ path, type, value });
      return;
    }
    for (const [i, element] of (value as Value[]).entries()) {
      this.#add(joinPath(path, [i]), element.offset);
      this.#value(joinPath(path, [i]), element);
    }
  }
}

/** `a.b[0]` is in `a.b`, which is in `a`. A quoted part is cut in pieces that no place has, which does no harm. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));
}
