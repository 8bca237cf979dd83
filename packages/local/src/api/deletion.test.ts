import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { testStore } from '../test-kit/test-store.ts';
import { Deletion } from './deletion.ts';
import type { StoredObject } from './kube-object.ts';
import { addNamespace } from './namespace-setup.ts';
import { configMaps, namespaces, pods, secrets } from './resources/resources.ts';
import type { DeleteOptions } from './request-options.ts';

const background: DeleteOptions = { propagation: 'Background', preconditions: {}, dryRun: false };

test('a running Pod is marked, and removed when the node is done', () => {
  const { store, deletion, stopping, pod } = setUp();
  const marked = deletion.delete(pods, pod(), background);

  expect(marked.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
  expect(stopping).toEqual(['p 30']);
  expect(store.get(pods, 'default', 'p')).toBe(marked);

  deletion.finish(pods, marked);
  expect(store.get(pods, 'default', 'p')).toBeUndefined();
});

test('a deletion under way can only be made shorter', () => {
  const { store, deletion, stopping, pod } = setUp();
  const marked = deletion.delete(pods, pod(), background);
  expect(deletion.delete(pods, marked, { ...background, gracePeriodSeconds: 60 })).toBe(marked);
  const shorter = deletion.delete(pods, marked, { ...background, gracePeriodSeconds: 1 });
  deletion.delete(pods, shorter, { ...background, gracePeriodSeconds: 0 });

  expect(stopping).toEqual(['p 30', 'p 1', 'p 0']);
  expect(store.get(pods, 'default', 'p')).toBeUndefined();
});

test.each<[string, Partial<Pod>]>([
  ['runs nowhere', { spec: { containers: [] } }],
  ['has succeeded', { status: { phase: 'Succeeded' } }],
  ['has failed', { status: { phase: 'Failed' } }],
])('a Pod that %s is gone at once, and the node is told', (_title, parts) => {
  const { store, deletion, stopping, pod } = setUp();
  deletion.delete(pods, pod(parts), background);

  expect(store.get(pods, 'default', 'p')).toBeUndefined();
  expect(stopping).toEqual(['p 0']);
});

test('what a Pod owns ends when the Pod is removed, not when it is marked', () => {
  const { store, deletion, pod, owned } = setUp();
  const owner = pod();
  owned('s', [owner]);
  const marked = deletion.delete(pods, owner, background);
  expect(store.get(secrets, 'default', 's')).toBeDefined();

  deletion.finish(pods, marked);
  expect(store.get(secrets, 'default', 's')).toBeUndefined();
});

test('what has another owner stays until that is gone too', () => {
  const { store, deletion, map, owned } = setUp();
  const [one, other] = [map('one'), map('other')];
  owned('s', [one, other]);
  deletion.delete(configMaps, one, background);
  expect(store.get(secrets, 'default', 's')).toBeDefined();

  deletion.delete(configMaps, other, background);
  expect(store.get(secrets, 'default', 's')).toBeUndefined();
});

test('what is owned by something that is gone is removed as soon as it is made', () => {
  const { store, deletion, map, owned } = setUp();
  const owner = map('one');
  deletion.delete(configMaps, owner, background);
  owned('s', [owner]);

  expect(store.get(secrets, 'default', 's')).toBeUndefined();
});

test('an owner of a kind that is not served is left alone', () => {
  const { store, owned } = setUp();
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', uid: 'x' } } as StoredObject;
  owned('s', [job]);

  expect(store.get(secrets, 'default', 's')).toBeDefined();
});

test('orphans outlive their owner, and forget it', () => {
  const { store, deletion, map, owned } = setUp();
  const owner = map('one');
  owned('s', [owner]);
  deletion.delete(configMaps, owner, { ...background, propagation: 'Orphan' });

  expect(store.get(secrets, 'default', 's')?.metadata.ownerReferences).toBeUndefined();
  expect(store.get(secrets, 'default', 's')).toBeDefined();
});

test('in the foreground, what is owned goes first', () => {
  const { deletion, map, owned, events } = setUp();
  const owner = map('one');
  owned('s', [owner]);
  events.length = 0;
  deletion.delete(configMaps, owner, { ...background, propagation: 'Foreground' });

  expect(events).toEqual(['DELETED s', 'DELETED one']);
});

test('an object with finalizers stays until the last one is gone', () => {
  const { store, deletion, map } = setUp();
  const marked = deletion.delete(configMaps, map('f', { finalizers: ['a.b/c'] }), background);
  expect(deletion.delete(configMaps, marked, background)).toBe(marked);

  const { finalizers: _finalizers, ...metadata } = marked.metadata;
  deletion.updated(configMaps, store.replace(configMaps, { ...marked, metadata }, marked));
  expect(store.get(configMaps, 'default', 'f')).toBeUndefined();
});

test('a Pod with finalizers waits for them after its containers have stopped', () => {
  const { store, deletion, pod } = setUp();
  const marked = deletion.delete(pods, pod({ metadata: { finalizers: ['a.b/c'] } }), background);
  deletion.finish(pods, marked);
  const stopped = store.get(pods, 'default', 'p');
  expect(stopped?.metadata.deletionGracePeriodSeconds).toBe(0);

  const free = { ...stopped!, metadata: { ...stopped!.metadata, finalizers: [] } };
  deletion.updated(pods, store.replace(pods, free, stopped!));
  expect(store.get(pods, 'default', 'p')).toBeUndefined();
});

test('a namespace ends when all that was in it has ended', () => {
  const { store, deletion, pod, map } = setUp();
  addNamespace(store, 'n');
  map('m', { namespace: 'n' });
  const running = pod({ metadata: { namespace: 'n' } });
  const namespace = deletion.delete(namespaces, store.get(namespaces, '', 'n')!, background);
  expect(namespace['status']).toEqual({ phase: 'Terminating' });
  expect(store.list(configMaps, 'n')).toEqual([]);
  expect(store.get(namespaces, '', 'n')).toBeDefined();

  deletion.finish(pods, store.byUid(running.metadata.uid)!);
  expect(store.get(namespaces, '', 'n')).toBeUndefined();
});

test.each([
  ['uid', { uid: 'other' }],
  ['version', { resourceVersion: '1' }],
])('a precondition on the %s is kept', (_title, preconditions) => {
  const { store, deletion, map } = setUp();
  const object = map('m');

  expect(() => deletion.delete(configMaps, object, { ...background, preconditions })).toThrow(
    expect.objectContaining({ code: 409 }),
  );
  expect(store.get(configMaps, 'default', 'm')).toBe(object);
});

test('a dry run deletes nothing', () => {
  const { store, deletion, map } = setUp();
  deletion.delete(configMaps, map('m'), { ...background, dryRun: true });

  expect(store.get(configMaps, 'default', 'm')).toBeDefined();
});

test('the namespace default stays', () => {
  const { store, deletion } = setUp();

  expect(() => deletion.delete(namespaces, store.get(namespaces, '', 'default')!, background)).toThrow(
    'namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

function setUp() {
  const store = testStore();
  const stopping: string[] = [];
  const events: string[] = [];
  store.onChange(({ type, object }) => events.push(`${type} ${object.metadata.name}`));
  const deletion = new Deletion(store, () => ({
    podDeleting: ({ metadata }) => stopping.push(`${metadata?.name} ${metadata?.deletionGracePeriodSeconds}`),
  }));
  const base = (name: string) => ({ name, namespace: 'default', uid: `uid-${name}` });
  const pod = (parts: Partial<Pod> = {}) =>
    store.add(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { nodeName: 'n', terminationGracePeriodSeconds: 30, containers: [] },
      ...parts,
      metadata: { ...base('p'), ...parts.metadata },
    });
  const map = (name: string, metadata: object = {}) =>
    store.add(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...base(name), ...metadata } });
  const owned = (name: string, owners: readonly StoredObject[]) => {
    const ownerReferences = owners.map(({ apiVersion, kind, metadata }) => {
      const { name: ownerName, uid } = metadata;
      return { apiVersion, kind, name: ownerName, uid };
    });
    store.add(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { ...base(name), ownerReferences } });
  };
  return { store, deletion, stopping, events, pod, map, owned };
}
