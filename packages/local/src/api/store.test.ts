import { expect, test } from 'vitest';
import { testStore } from '../test-kit/test-store.ts';
import { History, type StoreEvent } from './history.ts';
import { configMaps, pods } from './resources/resources.ts';

const map = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `uid-${namespace}-${name}` },
  data: { a: 'b' },
});

test('each change has a version of its own, which is the object’s', () => {
  const store = testStore();
  const added = store.add(configMaps, map('a'));
  const changed = store.replace(configMaps, { ...added, data: {} }, added);
  const removed = store.remove(configMaps, changed);

  const versions = [added, changed, removed].map((object) => Number(object?.metadata.resourceVersion));
  expect(versions).toEqual([store.version - 2, store.version - 1, store.version]);
});

test('what is stored cannot be changed', () => {
  const stored = testStore().add(configMaps, map('a'));

  expect(() => Object.assign(stored['data'] as object, { a: 'c' })).toThrow(TypeError);
});

test('a list is sorted by namespace and name', () => {
  const store = testStore();
  for (const [name, namespace] of [
    ['b', 'y'],
    ['a', 'y'],
    ['c', 'x'],
  ] as const)
    store.add(configMaps, map(name, namespace));

  expect(store.list(configMaps).map(({ metadata }) => metadata.name)).toEqual(['c', 'a', 'b']);
  expect(store.list(configMaps, 'x')).toHaveLength(1);
  expect(store.list(pods)).toEqual([]);
});

test('an object is removed only once, and only under its own uid', () => {
  const store = testStore();
  const old = store.add(configMaps, map('a'));
  expect(store.remove(configMaps, old)).toBeDefined();
  expect(store.remove(configMaps, old)).toBeUndefined();

  store.add(configMaps, { ...map('a'), metadata: { ...map('a').metadata, uid: 'another' } });
  expect(store.remove(configMaps, old)).toBeUndefined();
  expect(store.get(configMaps, 'default', 'a')).toBeDefined();
});

test('listeners that change the store see its changes in order', () => {
  const store = testStore();
  const seen: string[] = [];
  store.onChange(({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name === 'a') store.add(configMaps, map('b'));
  });
  store.onChange(({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
  store.add(configMaps, map('a'));

  expect(seen).toEqual(['ADDED a', 'ADDED b']);
});

test('a history tells all changes after a version until it forgets them', () => {
  const history = new History(3);
  const versions = (from: number) => history.since(from)?.map(({ version }) => version);
  for (let version = 1; version <= 5; version += 1) history.add(event(version));
  expect(versions(0)).toEqual([1, 2, 3, 4, 5]);
  expect(versions(4)).toEqual([5]);
  expect(versions(99)).toEqual([]);

  history.add(event(6));
  expect(versions(3)).toEqual([4, 5, 6]);
  expect(versions(2)).toBeUndefined();

  history.forget(7);
  expect(versions(6)).toBeUndefined();
  expect(versions(7)).toEqual([]);
});

function event(version: number): StoreEvent {
  const stored = testStore().add(configMaps, map('a'));
  return { type: 'ADDED', resource: configMaps, version, object: stored };
}
