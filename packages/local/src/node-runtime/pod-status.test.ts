import type { ContainerState } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { podStatus, type ContainerRecord, type PodFacts } from './pod-status.ts';

const waiting: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } });

function facts(main: ContainerState[], init: ContainerState[] = [], more: Partial<PodFacts> = {}): PodFacts {
  const record =
    (kind: string, isInit: boolean) =>
    (state: ContainerState, index: number): ContainerRecord => ({
      container: { name: `${kind}${index}`, image: 'alpine' },
      init: isInit,
      state,
    });
  const containers = [...init.map(record('init', true)), ...main.map(record('main', false))];
  return { containers, startTime: '2026-01-01T00:00:00Z', ready: true, failure: undefined, ...more };
}

test.each<[string, ContainerState[], ContainerState[]]>([
  ['Pending', [waiting], []],
  ['Pending', [running, waiting], []],
  ['Pending', [waiting], [running]],
  ['Pending', [waiting], [ended(0), waiting]],
  ['Failed', [waiting], [ended(1), waiting]],
  ['Running', [running, ended(1)], []],
  ['Running', [running, running], [ended(0)]],
  ['Succeeded', [ended(0), ended(0)], []],
  ['Failed', [ended(0), ended(3)], []],
])('is %s with containers %j and init containers %j', (phase, main, init) => {
  expect(podStatus(facts(main, init)).phase).toBe(phase);
});

function conditions(status: ReturnType<typeof podStatus>): string[] {
  return (status.conditions ?? []).map(({ type, status: value, reason = '', message = '' }) =>
    `${type} ${value} ${reason} ${message}`.trim(),
  );
}

test('says which containers are not ready', () => {
  expect(conditions(podStatus(facts([running, waiting], [ended(0), waiting])))).toEqual([
    'Initialized False ContainersNotInitialized containers with incomplete status: [init1]',
    'Ready False ContainersNotReady containers with unready status: [main1]',
    'ContainersReady False ContainersNotReady containers with unready status: [main1]',
    'PodScheduled True',
  ]);
});

test('is ready when all containers run', () => {
  const ready = ['Initialized True', 'Ready True', 'ContainersReady True', 'PodScheduled True'];
  expect(conditions(podStatus(facts([running])))).toEqual(ready);
});

test('says that it has completed', () => {
  expect(conditions(podStatus(facts([ended(0)])))[1]).toBe('Ready False PodCompleted');
});

test('keeps the time of a condition that did not change', () => {
  const before = '2020-01-01T00:00:00Z';
  const previous = podStatus(facts([waiting]));
  const old = {
    ...previous,
    qosClass: 'BestEffort',
    conditions: previous.conditions!.map((c) => ({ ...c, lastTransitionTime: before })),
  };
  const status = podStatus(facts([running]), old);
  expect(status.conditions!.map(({ lastTransitionTime }) => lastTransitionTime === before)).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(status.qosClass).toBe('BestEffort');
});

test('is failed for the reason that the node gives, whatever the containers do', () => {
  const failure = { reason: 'Evicted', message: 'low on memory' };
  expect(podStatus(facts([running], [], { failure }))).toMatchObject({ phase: 'Failed', ...failure });
});

test('has an address once its volumes are there', () => {
  expect(podStatus(facts([waiting], [], { ready: false })).podIP).toBeUndefined();
  expect(podStatus(facts([waiting])).podIPs).toEqual([{ ip: '127.0.0.1' }]);
});
