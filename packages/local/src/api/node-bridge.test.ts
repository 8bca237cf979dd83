import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { testStore } from '../test-kit/test-store.ts';
import { Deletion } from './deletion.ts';
import { EventRecorder } from './event-recorder.ts';
import { NodeBridge } from './node-bridge.ts';
import { configMaps, events, pods, secrets } from './resources/resources.ts';

test('the node changes node name and status of a Pod, and nothing else of it', () => {
  const { store, bridge, pod } = setUp();
  bridge.updatePod(pod, (current) => {
    current.spec!.nodeName = 'n';
    Object.assign(current, { status: { ...current.status, phase: 'Running' }, metadata: { name: 'other' } });
  });

  expect(store.get(pods, 'default', 'p')).toMatchObject({
    metadata: { name: 'p', uid: 'uid-p' },
    spec: { nodeName: 'n' },
    status: { phase: 'Running' },
  });
});

test('an update that changes nothing is no change', () => {
  const { store, bridge, pod } = setUp();
  const { version } = store;
  bridge.updatePod(pod, (current) => {
    Object.assign(current.status!, { phase: 'Pending' });
  });

  expect(store.version).toBe(version);
});

test('a Pod that was replaced by one of the same name is left alone', () => {
  const { store, bridge, pod } = setUp();
  const stale = { ...pod, metadata: { ...pod.metadata, uid: 'older' } };
  bridge.updatePod(stale, (current) => {
    Object.assign(current, { status: { phase: 'Failed' } });
  });
  bridge.removePod(stale);

  expect(store.get(pods, 'default', 'p')).toMatchObject({ status: { phase: 'Pending' } });
});

test('the node reads Secrets and ConfigMaps, and is told when those of a namespace change', () => {
  const { store, bridge } = setUp();
  let told = 0;
  const stop = bridge.onObjectsChanged('default', () => (told += 1));
  const secret = store.add(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: meta('s') });
  store.add(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('m') });
  store.add(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...meta('x'), namespace: 'other' } });
  expect(told).toBe(2);
  expect(bridge.getSecret('default', 's')).toBe(secret);
  expect(bridge.getConfigMap('default', 'm')?.metadata?.name).toBe('m');
  expect(bridge.getConfigMap('default', 'none')).toBeUndefined();

  stop();
  store.replace(secrets, { ...secret, type: 'x' }, secret);
  expect(told).toBe(2);
});

test('an event that happens again is counted', () => {
  const { store, bridge, pod } = setUp();
  bridge.recordEvent(pod, 'Warning', 'Failed', 'no image');
  bridge.recordEvent(pod, 'Warning', 'Failed', 'no image');
  bridge.recordEvent(pod, 'Normal', 'Pulling', 'an image');

  const recorded = store.list(events) as unknown as Event[];
  expect(recorded.map(({ reason, count, type }) => `${type} ${reason} ${count}`).toSorted()).toEqual([
    'Normal Pulling 1',
    'Warning Failed 2',
  ]);
  expect(recorded[0]?.involvedObject).toMatchObject({ kind: 'Pod', name: 'p', namespace: 'default', uid: 'uid-p' });
});

test('events do not grow without end', () => {
  const { store, bridge, pod } = setUp();
  for (let count = 0; count < 5010; count += 1) bridge.recordEvent(pod, 'Normal', 'Test', `message ${count}`);

  const messages = new Set((store.list(events) as unknown as Event[]).map(({ message }) => message));
  expect(messages.size).toBe(5000);
  expect(messages.has('message 9')).toBe(false);
  expect(messages.has('message 10')).toBe(true);
});

function meta(name: string) {
  return { name, namespace: 'default', uid: `uid-${name}` };
}

function setUp() {
  const store = testStore();
  const deletion = new Deletion(store, () => ({ podDeleting: () => {} }));
  const bridge = new NodeBridge(store, deletion, new EventRecorder(store, 'kubelet', 'n'));
  const pod = store.add(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('p'),
    spec: { containers: [] },
    status: { phase: 'Pending' },
  }) as Pod;
  return { store, bridge, pod };
}
