import { PodFieldConflictError } from '../errors.ts';
import type { Author } from './draft.ts';

/** A leaf keeps who wrote it; a branch keeps its children, and the object itself where that is frozen. */
interface Leaf {
  value: unknown;
  author: Author;
}
interface Branch {
  readonly children: Map<string, Shadow>;
  frozen: object | undefined;
}
type Shadow = Leaf | Branch;

/** Members by which the elements of the API's keyed lists are told apart, in order of preference. */
const elementKeys = ['mountPath', 'name', 'key', 'ip', 'containerPort'] as const;

/**
 * Remembers who wrote which field of one object, by comparing it with what it was before. Costs one walk a call and no
 * copy; a frozen object that is still the same is not walked again.
 */
export class Provenance {
  readonly #root: Branch = { children: new Map(), frozen: undefined };

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
  if (branch.frozen === value) return;
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
  branch.frozen = Object.isFrozen(value) ? value : undefined;
}

function compareChild(key: string, value: unknown, branch: Branch, walk: Walk, seen: Set<string> | undefined): void {
  if (value === undefined) return;
  seen?.add(key);
  const before = branch.children.get(key);
  if (typeof value === 'object' && value !== null) {
    let child = before;
    if (child === undefined || !('children' in child)) {
      child = { children: new Map(), frozen: undefined };
      branch.children.set(key, child);
    }
    walk.path.push(key);
    compareBranch(value, child, walk);
    walk.path.pop();
  } else if (before === undefined || 'children' in before) {
    branch.children.set(key, { value, author: walk.author });
  } else if (before.value !== value) {
    refuseForeign(before.author, key, walk);
    before.value = value;
    before.author = walk.author;
  }
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
  throw new PodFieldConflictError(walk.path.join('') + key, first.plugin, walk.author.plugin);
}

function* leaves(shadow: Shadow, path: string): Generator<[string, Author]> {
  if (!('children' in shadow)) {
    yield [path, shadow.author];
    return;
  }
  for (const [key, child] of shadow.children) yield* leaves(child, path + key);
}

function elementKey(element: unknown, index: number): string {
  if (typeof element !== 'object' || element === null) return String(index);
  for (const key of elementKeys) {
    const value = (element as Record<string, unknown>)[key];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return String(index);
}
