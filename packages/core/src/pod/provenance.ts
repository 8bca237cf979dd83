import { PodFieldConflictError } from '../errors.ts';
import type { Author } from './draft.ts';

/** A scalar, or a frozen object as a whole, and who wrote it. */
interface Leaf {
  value: unknown;
  author: Author;
  /** The last walk that came by. */
  walk: number;
}
/** An object or list that may change, by the keys of its members or elements. */
interface Branch {
  readonly children: Map<string, Shadow>;
  isList: boolean;
  walk: number;
}
type Shadow = Leaf | Branch;

/** Members by which the elements of the API's keyed lists are told apart, in order of preference. */
const elementKeys = ['mountPath', 'name', 'key', 'ip', 'containerPort'] as const;

/**
 * Remembers who wrote which field of one object, by comparing it with what it was before. Costs one walk a call and no
 * copy; a frozen object is not walked at all as long as it stays the same.
 */
export class Provenance {
  readonly #root: Branch = { children: new Map(), isList: false, walk: 0 };
  #walks = 0;

  /**
   * Attributes everything that changed in `value` since the last call to `author`.
   * @param path where the object stands in the Pod, for errors
   * @param mayReplace whether a field of another author may be changed (patches may)
   * @param without members of the object itself that are not compared
   * @throws PodFieldConflictError when a scalar was changed that somebody else had written
   */
  attribute(value: object, author: Author, path: string, mayReplace = false, without?: ReadonlySet<string>): void {
    this.#walks += 1;
    compareBranch(value, this.#root, { author, mayReplace, number: this.#walks, base: path, path: [] }, without);
  }

  /** Every leaf's path and author, in the order of the object's fields. */
  *entries(path: string): Generator<[string, Author]> {
    yield* leaves(this.#root, path);
  }
}

interface Walk {
  readonly author: Author;
  readonly mayReplace: boolean;
  /** Counts the walks, so that what one did not come by is known to be gone. */
  readonly number: number;
  readonly base: string;
  /** For each level, the branch and the key below it. */
  readonly path: (Branch | string)[];
}

function compareBranch(value: object, branch: Branch, walk: Walk, without?: ReadonlySet<string>): void {
  let count = 0;
  branch.isList = Array.isArray(value);
  if (branch.isList) {
    const list = value as readonly unknown[];
    for (let i = 0; i < list.length; i += 1)
      count += compareChild(freeKey(list[i], i, branch, walk), list[i], branch, walk);
  } else {
    for (const key in value) {
      if (without?.has(key)) continue;
      count += compareChild(key, (value as Record<string, unknown>)[key], branch, walk);
    }
  }
  if (count < branch.children.size) forgetRemoved(branch, walk);
}

/** The key of an element; a second one with the same gets another. */
function freeKey(element: unknown, i: number, branch: Branch, walk: Walk): string {
  const key = elementKey(element, i);
  let free = key;
  for (let n = 2; branch.children.get(free)?.walk === walk.number; n += 1) free = `${key}#${n}`;
  return free;
}

/** @returns how many children there are: 1, or none for what is `undefined` */
function compareChild(key: string, value: unknown, branch: Branch, walk: Walk): 0 | 1 {
  if (value === undefined) return 0;
  const before = branch.children.get(key);
  if (isOpen(value)) {
    if (before !== undefined && 'value' in before && !isTable(before.value)) refuse(before.author, branch, key, walk);
    const child = openBranch(before);
    if (child !== before) branch.children.set(key, child);
    child.walk = walk.number;
    walk.path.push(branch, key);
    compareBranch(value, child, walk);
    walk.path.pop();
    walk.path.pop();
  } else if (before === undefined || 'children' in before) {
    if (before !== undefined) for (const [, author] of leaves(before, '')) refuse(author, branch, key, walk);
    branch.children.set(key, { value, author: walk.author, walk: walk.number });
  } else {
    before.walk = walk.number;
    if (before.value === value) return 1;
    refuse(before.author, branch, key, walk);
    before.value = value;
    before.author = walk.author;
  }
  return 1;
}

/** Whether it can change without being replaced. */
function isOpen(value: unknown): value is object {
  return isTable(value) && !Object.isFrozen(value);
}

export function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The branch to compare an open object with; what was frozen is spread out under its author first. */
function openBranch(before: Shadow | undefined): Branch {
  if (before !== undefined && 'children' in before) return before;
  const branch: Branch = { children: new Map(), isList: false, walk: 0 };
  if (before !== undefined && isTable(before.value)) {
    const { value, author } = before;
    branch.isList = Array.isArray(value);
    for (const [key, child] of membersOf(value)) branch.children.set(key, { value: child, author, walk: 0 });
  }
  return branch;
}

function forgetRemoved(branch: Branch, walk: Walk): void {
  for (const [key, shadow] of branch.children) {
    if (shadow.walk === walk.number) continue;
    for (const [, author] of leaves(shadow, '')) refuse(author, branch, key, walk);
    branch.children.delete(key);
  }
}

/** @throws PodFieldConflictError unless the first author may be overruled */
function refuse(first: Author, branch: Branch, key: string, walk: Walk): void {
  if (walk.mayReplace || first.plugin === walk.author.plugin) return;
  const parts = [...walk.path, branch, key];
  let path = walk.base;
  for (let i = 0; i < parts.length; i += 2) path += inPath((parts[i] as Branch).isList, parts[i + 1] as string);
  throw new PodFieldConflictError(path, first.plugin, walk.author.plugin);
}

function inPath(isList: boolean, key: string): string {
  return isList ? `[${key}]` : `.${key}`;
}

function* leaves(shadow: Shadow, path: string): Generator<[string, Author]> {
  if ('children' in shadow) {
    for (const [key, child] of shadow.children) yield* leaves(child, path + inPath(shadow.isList, key));
  } else if (isTable(shadow.value)) {
    const { author } = shadow;
    for (const [key, value] of childrenOf(shadow.value)) yield* leaves({ value, author, walk: 0 }, path + key);
  } else {
    yield [path, shadow.author];
  }
}

/** Members of an object or elements of a list, each under its key in paths. */
export function childrenOf(value: object): [string, unknown][] {
  const isList = Array.isArray(value);
  return membersOf(value).map(([key, child]) => [inPath(isList, key), child]);
}

function membersOf(value: object): [string, unknown][] {
  if (!Array.isArray(value)) return Object.entries(value);
  const members = new Map<string, unknown>();
  for (const [i, element] of value.entries()) {
    const key = elementKey(element, i);
    let free = key;
    for (let n = 2; members.has(free); n += 1) free = `${key}#${n}`;
    members.set(free, element);
  }
  return [...members];
}

function elementKey(element: unknown, index: number): string {
  if (!isTable(element)) return String(index);
  for (const key of elementKeys) {
    const value = (element as Record<string, unknown>)[key];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return String(index);
}
