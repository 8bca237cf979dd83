import { afterEach, expect, test } from 'vitest';
import { testStore } from '../test-kit/test-store.ts';
import { configMaps } from './resources/resources.ts';
import { parseSelector } from './selectors.ts';
import type { Store } from './store.ts';
import { WatchHub } from './watch-hub.ts';

interface Line {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly code?: number;
  };
}

/** A client that can be slow. */
class Client {
  readonly lines: Line[] = [];
  ended = false;
  slow = false;

  write(line: string): boolean {
    this.lines.push(JSON.parse(line) as Line);
    return !this.slow;
  }

  end(): void {
    this.ended = true;
  }

  get seen(): string[] {
    return this.lines.map(({ type, object }) => `${type} ${object.metadata.name}`);
  }
}

const hubs: WatchHub[] = [];

afterEach(() => hubs.splice(0).forEach((hub) => hub.close()));

test('a watch from a version tells what came after it', () => {
  const { store, watch } = setUp();
  add(store, 'a');
  const { version } = store;
  add(store, 'b');
  const { client } = watch({}, version);
  add(store, 'c');

  expect(client.seen).toEqual(['ADDED b', 'ADDED c']);
});

test('a watch without version tells what is there first', () => {
  const { store, watch } = setUp();
  add(store, 'b');
  add(store, 'a');
  const { client } = watch({});
  store.remove(configMaps, add(store, 'c'));

  expect(client.seen).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'DELETED c']);
});

test('an object that begins or ceases to match is added or deleted', () => {
  const { store, watch } = setUp();
  const { client } = watch({ labelSelector: 'on=yes' });
  const off = add(store, 'a');
  const on = relabel(store, off, { on: 'yes', n: '1' });
  const still = relabel(store, on, { on: 'yes', n: '2' });
  const again = relabel(store, still, {});
  relabel(store, again, { n: '3' });

  expect(client.seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  // As it was while it matched, at the version at which that ended.
  expect(client.lines[2]?.object.metadata).toMatchObject({
    labels: { on: 'yes', n: '2' },
    resourceVersion: again.metadata.resourceVersion,
  });
});

test('a watch of one name is not told of others', () => {
  const { store, watch } = setUp();
  const { client } = watch({ fieldSelector: 'metadata.name=a' });
  add(store, 'b');
  add(store, 'a');

  expect(client.seen).toEqual(['ADDED a']);
});

test('a slow client is told the rest when it is ready', () => {
  const { store, watch } = setUp();
  const { client, opened } = watch({});
  client.slow = true;
  for (const name of ['a', 'b', 'c']) add(store, name);
  expect(client.seen).toEqual(['ADDED a']);

  client.slow = false;
  opened.watch.resume();
  add(store, 'd');
  expect(client.seen).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d']);
});

test('a client that is too slow for the history is ended with 410', () => {
  const { store, watch } = setUp(2);
  const { client, opened } = watch({});
  client.slow = true;
  for (let count = 0; count < 10; count += 1) add(store, `m${count}`);
  opened.watch.resume();

  expect(client.lines.at(-1)).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  expect(client.ended).toBe(true);
});

test('a version that is forgotten is answered with 410', () => {
  const { store, watch } = setUp();
  add(store, 'a');
  store.history(configMaps).forget(store.version);
  const { client } = watch({}, 1);

  expect(client.lines).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
  expect(client.ended).toBe(true);
});

test('a bookmark tells the present version to those who want it', () => {
  const { store, watch } = setUp();
  const wants = watch({}, store.version, true);
  const doesNot = watch({});
  add(store, 'a');
  wants.opened.watch.bookmark();
  doesNot.opened.watch.bookmark();

  expect(wants.client.lines.at(-1)).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'ConfigMap', metadata: { resourceVersion: String(store.version) } },
  });
  expect(doesNot.client.seen).toEqual(['ADDED a']);
});

test('a closed watch is told nothing more', () => {
  const { store, watch } = setUp();
  const { client, opened } = watch({});
  opened.close();
  add(store, 'a');

  expect(client.seen).toEqual([]);
});

function setUp(historyLimit = 100) {
  const store = testStore(historyLimit);
  const hub = new WatchHub(store);
  hubs.push(hub);
  const watch = (query: Record<string, string>, from?: number, bookmarks = false) => {
    const client = new Client();
    const selector = parseSelector(configMaps, new URLSearchParams(query));
    const options = { resource: configMaps, namespace: 'default', selector, bookmarks, sink: client };
    return { client, opened: hub.open(options, from) };
  };
  return { store, watch };
}

function add(store: Store, name: string) {
  const metadata = { name, namespace: 'default', uid: `uid-${name}` };
  return store.add(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

function relabel(store: Store, object: ReturnType<typeof add>, labels: Record<string, string>) {
  return store.replace(configMaps, { ...object, metadata: { ...object.metadata, labels } }, object);
}
