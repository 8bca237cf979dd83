import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../kube-object.ts';
import { setOwn } from './merge-patch.ts';

/** An operation of a JSON Patch that cannot be carried out. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
}

/**
 * JSON Patch (RFC 6902).
 * @returns the changed document; the given one stays as it is
 * @throws JsonPatchError for a malformed patch, a path that is not there, or a test that fails
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new JsonPatchError('a JSON patch must be a list of operations');
  return patch.reduce<unknown>((root, operation) => apply(root, operation), structuredClone(document));
}

function apply(root: unknown, operation: unknown): unknown {
  if (!isJsonObject(operation)) throw new JsonPatchError('an operation must be an object');
  const path = pointer(operation, 'path');
  switch (operation['op']) {
    case 'add':
      return set(root, path, structuredClone(operation['value']), 'add');
    case 'replace':
      return set(root, path, structuredClone(operation['value']), 'replace');
    case 'remove':
      return remove(root, path);
    case 'move': {
      const from = pointer(operation, 'from');
      const value = get(root, from);
      return set(remove(root, from), path, value, 'add');
    }
    case 'copy':
      return set(root, path, structuredClone(get(root, pointer(operation, 'from'))), 'add');
    case 'test':
      if (isDeepStrictEqual(get(root, path), operation['value'])) return root;
      throw new JsonPatchError(`the test of ${shown(path)} failed`);
    default:
      throw new JsonPatchError(`unknown operation ${JSON.stringify(operation['op'])}`);
  }
}

function pointer(operation: JsonObject, key: 'path' | 'from'): string[] {
  const text = operation[key];
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) {
    throw new JsonPatchError(`${key} must be a JSON pointer, not ${JSON.stringify(text)}`);
  }
  const steps = text.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at) && isIndex(step, at.length - 1)) return at[Number(step)] as unknown;
    if (isJsonObject(at) && Object.hasOwn(at, step)) return at[step];
    throw new JsonPatchError(`there is nothing at ${shown(path)}`);
  }, root);
}

function set(root: unknown, path: readonly string[], value: unknown, kind: 'add' | 'replace'): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  if (kind === 'replace') get(root, path);
  const parent = get(root, path.slice(0, -1));
  if (isJsonObject(parent)) {
    setOwn(parent, last, value);
  } else if (Array.isArray(parent) && (last === '-' || isIndex(last, parent.length))) {
    parent.splice(last === '-' ? parent.length : Number(last), kind === 'replace' ? 1 : 0, value);
  } else {
    throw new JsonPatchError(`${shown(path)} is no place in the document`);
  }
  return root;
}

function remove(root: unknown, path: readonly string[]): unknown {
  get(root, path);
  const last = path.at(-1);
  if (last === undefined) return null;
  const parent = get(root, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as JsonObject)[last];
  return root;
}

function isIndex(step: string, highest: number): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(step) && Number(step) <= highest;
}

function shown(path: readonly string[]): string {
  return path.length === 0 ? 'the root' : `/${path.join('/')}`;
}
