import type { Pod } from '@podwright/core';
import { describe, expect, test } from 'vitest';
import { PodStates } from './pod-states.ts';

function pod(name: string, version: number, phase = 'Running', uid = 'u1'): Pod {
  return { metadata: { name, uid, resourceVersion: String(version) }, status: { phase } };
}

function listening(name = 'a') {
  const states = new PodStates();
  const told: (string | undefined)[] = [];
  const stop = states.listen(name, (state) => told.push(state === undefined ? 'gone' : state.status?.phase));
  return { states, told, stop };
}

describe('PodStates', () => {
  test('tells what happens to the Pod, and not to others', () => {
    const { states, told } = listening();
    states.apply(pod('a', 1, 'Pending'), 'present');
    states.apply(pod('b', 2), 'present');
    states.apply(pod('a', 3, 'Running'), 'present');
    states.apply(pod('a', 4), 'deleted');
    expect(told).toEqual(['Pending', 'Running', 'gone']);
  });

  test('tells a deletion that only a new list shows', () => {
    const { states, told } = listening();
    states.apply(pod('a', 1), 'present');
    states.replaceAll([pod('b', 5)], '6');
    states.replaceAll([pod('b', 5)], '7');
    expect(told).toEqual(['Running', 'gone']);
  });

  test('does not take a Pod for gone that is newer than the list', () => {
    const { states, told } = listening();
    states.apply(pod('a', 9), 'present');
    states.replaceAll([], '6');
    expect(told).toEqual(['Running']);
  });

  test('tells that a created Pod is gone even when the watch never saw it', () => {
    const { states, told } = listening();
    states.noteCreated(pod('a', 3, 'Pending'));
    states.replaceAll([], '5');
    expect(told).toEqual(['gone']);
  });

  test('tells the first state of a created Pod once the watch brings it, though it is the known one', () => {
    const { states, told } = listening();
    states.noteCreated(pod('a', 3, 'Pending'));
    states.apply(pod('a', 3, 'Pending'), 'present');
    expect(told).toEqual(['Pending']);
  });

  test('a created Pod whose deletion was told already stays deleted', () => {
    const { states, told } = listening();
    states.apply(pod('a', 5), 'deleted');
    states.noteCreated(pod('a', 3));
    states.replaceAll([], '8');
    expect(told).toEqual(['gone']);
  });

  test.each([
    ['older', 4],
    ['the same', 5],
  ])('passes over a state that is %s', (_, version) => {
    const { states, told } = listening();
    states.apply(pod('a', 5, 'Succeeded'), 'present');
    states.apply(pod('a', version, 'Running'), 'present');
    expect(told).toEqual(['Succeeded']);
  });

  test('takes versions that are no numbers as they come', () => {
    const { states, told } = listening();
    for (const phase of ['Pending', 'Running']) {
      states.apply({ metadata: { name: 'a', uid: 'u', resourceVersion: 'x' }, status: { phase } }, 'present');
    }
    expect(told).toEqual(['Pending', 'Running']);
  });

  test('tells that the first Pod is gone when another has taken its name', () => {
    const { states, told } = listening();
    states.apply(pod('a', 1, 'Running', 'u1'), 'present');
    states.replaceAll([pod('a', 9, 'Pending', 'u2')], '9');
    expect(told).toEqual(['Running', 'gone', 'Pending']);
  });

  test('tells nothing after the end, which may be said twice', () => {
    const { states, told, stop } = listening();
    stop();
    stop();
    states.apply(pod('a', 1), 'present');
    expect(told).toEqual([]);
  });

  test('goes on telling the second listener when the first has left', () => {
    const { states, told, stop } = listening();
    const second: unknown[] = [];
    states.listen('a', (state) => second.push(state?.status?.phase));
    stop();
    states.apply(pod('a', 1), 'present');
    expect([told, second]).toEqual([[], ['Running']]);
  });

  test('knows the state of a Pod that is listened to, and of another only that there is one', () => {
    const { states, stop } = listening();
    states.replaceAll([pod('a', 1), pod('b', 2)], '3');
    expect(states.state('a')).toMatchObject({ metadata: { name: 'a' } });
    expect(states.state('b')).toBe('known');
    expect(states.state('c')).toBe('unknown');
    stop();
    expect(states.state('a')).toBe('known');
  });

  test('leaves out who manages which field, which nobody needs', () => {
    const { states } = listening();
    states.apply({ metadata: { name: 'a', uid: 'u', labels: { x: 'y' }, managedFields: [{}] } }, 'present');
    expect(states.state('a')).toEqual({ metadata: { name: 'a', uid: 'u', labels: { x: 'y' } } });
  });
});
