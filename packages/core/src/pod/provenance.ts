import { PodFieldConflictError } from '../errors.ts';
import type { Author } from './draft.ts';

/** A scalar, or a frozen object as a whole, and who wrote it. */
interface Leaf {
  value: unknown;
  author: Author;
}
interface Branch {
  readonly children: Map<string, Shadow>;
}
type Shadow = Leaf | Branch;

/** Members by which the elements of the API's keyed lists are told apart, in order of preference. */
const elementKeys = ['mountPath', 'name', 'key', 'ip', 'containerPort'] as const;

/**
 * Remembers who wrote which field of one object, by comparing it with what it was before. Costs one walk a call and no
 * copy; a frozen object is not walked at all as long as it stays the same.
 */
export class Provenance {
  readonly #root: Branch = { children: new Map() };

  /**
   * Attributes everything that changed in `value` since the last call to `author`.
   * @param path where the object stands in the Pod, for errors
   * @param mayReplace whether a field of another author may be changed (patches may)
   * @throws PodFieldConflictError when a scalar was changed that somebody else had written
   */
  attribute(value: object, author: Author, path: string, mayReplace = false): void {
    compareBranch(value, this.#root, { author, mayReplace, path: [path] });
  }

  /** Every leaf's path and author, in the order of the object's fields. */
  *entries(path: string): Generator<[string, Author]> {
    yield* leaves(this.#root, path);
  }
}

interface Walk {
  readonly author: Author;
  readonly mayReplace: boolean;
  readonly path: string[];
}

function compareBranch(value: object, branch: Branch, walk: Walk): void {
  const isList = Array.isArray(value);
  const entries = isList ? value.length : undefined;
  const seen = branch.children.size === 0 ? undefined : new Set<string>();
  if (entries === undefined) {
    for (const key in value) compareChild(`.${key}`, (value as Record<string, unknown>)[key], branch, walk, seen);
  } else {
    for (let i = 0; i < entries; i += 1) {
      const child: unknown = (value as unknown[])[i];
      compareChild(`[${elementKey(child, i)}]`, child, branch, walk, seen);
    }
  }
  if (seen !== undefined && seen.size < branch.children.size) forgetRemoved(branch, seen, walk);
}

function compareChild(key: string, value: unknown, branch: Branch, walk: Walk, seen: Set<string> | undefined): void {
  if (value === undefined) return;
  seen?.add(key);
  const before = branch.children.get(key);
  if (isOpen(value)) {
    if (before !== undefined && 'value' in before && !isTable(before.value)) refuseForeign(before.author, key, walk);
    const child = openBranch(before);
    if (child !== before) branch.children.set(key, child);
    walk.path.push(key);
    compareBranch(value, child, walk);
    walk.path.pop();
  } else if (before === undefined || 'children' in before) {
    if (before !== undefined) for (const [, author] of leaves(before, '')) refuseForeign(author, key, walk);
    branch.children.set(key, { value, author: walk.author });
  } else if (before.value !== value) {
    refuseForeign(before.author, key, walk);
    before.value = value;
    before.author = walk.author;
  }
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
  const branch: Branch = { children: new Map() };
  if (before !== undefined && isTable(before.value)) {
    for (const [key, value] of childrenOf(before.value)) branch.children.set(key, { value, author: before.author });
  }
  return branch;
}

function forgetRemoved(branch: Branch, seen: Set<string>, walk: Walk): void {
  for (const [key, shadow] of branch.children) {
    if (seen.has(key)) continue;
    for (const [, author] of leaves(shadow, '')) refuseForeign(author, key, walk);
    branch.children.delete(key);
  }
}

function refuseForeign(first: Author, key: string, walk: Walk): void {
  if (walk.mayReplace || first.plugin === walk.author.plugin) return;
  const path = (walk.path.join('') + key).replace(/^\./, '');
  throw new PodFieldConflictError(path, first.plugin, walk.author.plugin);
}

function* leaves(shadow: Shadow, path: string): Generator<[string, Author]> {
  if ('children' in shadow) {
    for (const [key, child] of shadow.children) yield* leaves(child, path + key);
  } else if (isTable(shadow.value)) {
    const { author } = shadow;
    for (const [key, value] of childrenOf(shadow.value)) yield* leaves({ value, author }, path + key);
  } else {
    yield [path, shadow.author];
  }
}

/** Members of an object or elements of a list, each under its key in paths. */
export function childrenOf(value: object): [string, unknown][] {
  if (Array.isArray(value)) return value.map((element: unknown, i) => [`[${elementKey(element, i)}]`, element]);
  return Object.entries(value).map(([key, child]) => [`.${key}`, child]);
}

function elementKey(element: unknown, index: number): string {
  if (!isTable(element)) return String(index);
  for (const key of elementKeys) {
    const value = (element as Record<string, unknown>)[key];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return String(index);
}
