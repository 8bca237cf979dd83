import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../kube-object.ts';
import { setOwn } from './merge-patch.ts';

/** By which field the items of a list are told apart, for the lists that are merged. All others are replaced. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  secrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  ownerReferences: 'uid',
  conditions: 'type',
  podIPs: 'ip',
};

/** Lists of strings that are merged as sets. */
const mergedSets = new Set(['finalizers']);

const directives = { order: '$setElementOrder/', deleteItems: '$deleteFromPrimitiveList/' } as const;

/**
 * The API's own kind of patch, which knows which lists are merged item by item. With the directives that
 * `kubectl apply` writes: `$patch`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`, `$retainKeys`.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const { $patch, $retainKeys, ...changes } = patch;
  if ($patch === 'delete') return undefined;
  const base = isJsonObject(target) && $patch !== 'replace' ? target : {};
  const result: JsonObject = Array.isArray($retainKeys) ? only(base, $retainKeys) : { ...base };
  for (const [key, value] of Object.entries(changes)) applyField(result, key, value);
  for (const [key, order] of Object.entries(changes)) {
    if (key.startsWith(directives.order)) reorder(result, key.slice(directives.order.length), order);
  }
  return result;
}

function applyField(result: JsonObject, key: string, value: unknown): void {
  if (key.startsWith(directives.order)) return;
  if (key.startsWith(directives.deleteItems)) {
    const field = key.slice(directives.deleteItems.length);
    const gone = Array.isArray(value) ? value : [];
    setOwn(
      result,
      field,
      listOf(result[field]).filter((item) => !gone.includes(item)),
    );
    return;
  }
  if (value === null) {
    delete result[key];
    return;
  }
  const merged = Array.isArray(value) ? mergeList(key, result[key], value) : strategicMergePatch(result[key], value);
  if (merged === undefined) delete result[key];
  else setOwn(result, key, merged);
}

function mergeList(field: string, target: unknown, patch: readonly unknown[]): unknown[] {
  if (mergedSets.has(field)) return [...new Set([...listOf(target), ...patch])];
  const items = patch.filter((item) => !isDeepStrictEqual(item, { $patch: 'replace' }));
  const key = mergeKeys[field];
  if (key === undefined || items.length < patch.length || !items.every(isJsonObject)) return items;
  return items.reduce<unknown[]>((list, item) => mergeItem(list, item, key), [...listOf(target)]);
}

function mergeItem(list: unknown[], item: JsonObject, key: string): unknown[] {
  const index = list.findIndex((other) => isJsonObject(other) && other[key] === item[key]);
  const merged = strategicMergePatch(list[index], item);
  if (merged === undefined) return index === -1 ? list : list.toSpliced(index, 1);
  return index === -1 ? [...list, merged] : list.with(index, merged);
}

/** Puts the items that an order names into it; the others follow. */
function reorder(result: JsonObject, field: string, order: unknown): void {
  const list = result[field];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = mergeKeys[field];
  const identity = (item: unknown): unknown => (key !== undefined && isJsonObject(item) ? item[key] : item);
  const wanted = order.map(identity);
  const rank = (item: unknown): number => {
    const index = wanted.indexOf(identity(item));
    return index === -1 ? wanted.length : index;
  };
  setOwn(
    result,
    field,
    list.toSorted((left, right) => rank(left) - rank(right)),
  );
}

function only(object: JsonObject, keys: readonly unknown[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
