import { joinPath, unknownKey } from '@podwright/core';
import type { CiProblems } from './problems.ts';

/** A piece of the file together with the line on which it was written. */
export type CiNode = ScalarNode | ListNode | MapNode | ReferenceNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | bigint | boolean | null | Date;
  /** As it was written, without quotes. */
  readonly text: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly CiNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, CiNode>;
}

/** `!reference [a, b]`, not resolved yet. */
export interface ReferenceNode {
  readonly kind: 'reference';
  readonly line: number;
  readonly path: readonly string[];
}

/** How many items a list may have once the lists inside it are laid out. */
const maxItems = 10_000;

/** A node with its path in the file. Its readers report what is wrong and give `undefined` then, never throw. */
export class CiValue {
  constructor(
    readonly node: CiNode,
    readonly path: string,
    readonly problems: CiProblems,
  ) {}

  /** Whether the value is written as nothing: `key:` or `key: null`, which stands for a key that is not set. */
  get isNull(): boolean {
    return this.node.kind === 'scalar' && this.node.value === null;
  }

  report(message: string): undefined {
    this.problems.add(this.node.line, this.path, message);
    return undefined;
  }

  /** The value under a key of a map; undefined where it is absent or null, or this is no map. */
  get(key: string): CiValue | undefined {
    const child = this.node.kind === 'map' ? this.node.entries.get(key) : undefined;
    if (child === undefined) return undefined;
    const value = new CiValue(child, joinPath(this.path, [key]), this.problems);
    return value.isNull ? undefined : value;
  }

  /** Key to value of a map, without those that are null. */
  entries(): [string, CiValue][] | undefined {
    if (this.node.kind !== 'map') return this.expected('a map');
    return [...this.node.entries.keys()].flatMap((key) => {
      const value = this.get(key);
      return value === undefined ? [] : [[key, value] as [string, CiValue]];
    });
  }

  /** The items of a list, with the lists inside it laid out; a single value counts as a list of one. */
  items(): CiValue[] | undefined {
    const found: CiValue[] = [];
    const pending: CiValue[] = [this];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (value.node.kind === 'list') {
        const { path } = value;
        pending.push(
          ...value.node.items.map((item, i) => new CiValue(item, `${path}[${i}]`, this.problems)).toReversed(),
        );
      } else if (!value.isNull) {
        found.push(value);
      }
      if (found.length + pending.length > maxItems) return this.report(`more than ${maxItems} items`);
    }
    return found;
  }

  string(): string | undefined {
    if (this.node.kind === 'map') {
      return this.expected('a string', 'a colon followed by a space makes a map: write the text in quotes');
    }
    if (this.node.kind !== 'scalar') return this.expected('a string');
    const { value, text } = this.node;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && String(value) === text) return text;
    return this.expected('a string', `write it in quotes: "${text}"`);
  }

  /** A list of strings; a single string counts as a list of one. */
  strings(): string[] | undefined {
    return this.items()?.flatMap((item) => item.string() ?? []);
  }

  boolean(): boolean | undefined {
    if (this.node.kind === 'scalar' && typeof this.node.value === 'boolean') return this.node.value;
    return this.expected('true or false');
  }

  /** A string out of a fixed set. */
  oneOf<T extends string>(allowed: readonly T[]): T | undefined {
    const given = this.string();
    if (given === undefined) return undefined;
    const match = allowed.find((word) => word === given);
    return match ?? this.report(`unknown value ${JSON.stringify(given)}, must be one of ${allowed.join(', ')}`);
  }

  /** Reports each key of a map that is not known. */
  checkKeys(known: readonly string[]): void {
    for (const [key, value] of this.entries() ?? []) {
      if (!known.includes(key)) value.report(unknownKey(value.path, key, known).message);
    }
  }

  private expected(what: string, advice?: string): undefined {
    return this.report(`must be ${what}, not ${describe(this.node)}${advice === undefined ? '' : `; ${advice}`}`);
  }
}

function describe(node: CiNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  if (node.value instanceof Date) return 'a date';
  return node.text.length > 60 ? `a ${typeof node.value}` : `the ${typeof node.value} ${node.text}`;
}
