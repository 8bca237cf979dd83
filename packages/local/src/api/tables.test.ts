import { expect, test } from 'vitest';
import type { StoredObject } from './kube-object.ts';
import { pods } from './resources/resources.ts';
import { age, toTable } from './tables.ts';

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [3600, '60m'],
  [4 * 3600, '4h'],
  [47 * 3600, '47h'],
  [72 * 3600, '3d'],
])('%i seconds are shown as %s', (seconds, text) => {
  // Half a second away from the next one.
  expect(age(new Date(Date.now() - seconds * 1000 - 500).toISOString())).toBe(text);
});

test('an unknown time is shown as such', () => {
  expect([age(undefined), age('x')]).toEqual(['<unknown>', '<unknown>']);
});

test.each<[string, object, string]>([
  ['its phase', { phase: 'Running' }, 'Running'],
  [
    'why it waits',
    { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] },
    'ErrImagePull',
  ],
  [
    'how it ended',
    { phase: 'Failed', containerStatuses: [{ state: { terminated: { reason: 'OOMKilled' } } }] },
    'OOMKilled',
  ],
  ['its exit code', { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] }, 'ExitCode:3'],
  [
    'its own reason',
    { phase: 'Failed', reason: 'Evicted', containerStatuses: [{ state: { terminated: { reason: 'Error' } } }] },
    'Evicted',
  ],
  [
    'that some of it still runs',
    {
      phase: 'Running',
      containerStatuses: [{ state: { terminated: { reason: 'Completed' } } }, { state: { running: {} } }],
    },
    'Running',
  ],
  [
    'its init container',
    { phase: 'Pending', initContainerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] },
    'Init:ErrImagePull',
  ],
])('a Pod is shown with %s', (_title, status, text) => {
  expect(cells({ status })[2]).toBe(text);
});

test('a Pod that is being deleted is shown as Terminating', () => {
  expect(cells({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })[2]).toBe('Terminating');
});

test('wide columns come last and are marked', () => {
  const table = toTable(pods, [], {}, 'Metadata') as { columnDefinitions: { name: string; priority: number }[] };

  expect(table.columnDefinitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
    'Name 0',
    'Ready 0',
    'Status 0',
    'Restarts 0',
    'Age 0',
    'IP 1',
    'Node 1',
  ]);
});

function cells(pod: { metadata?: object; status?: object }): unknown[] {
  const object = {
    ...pod,
    metadata: { name: 'p', ...pod.metadata },
    spec: { containers: [{ name: 'c' }] },
  } as unknown as StoredObject;
  const table = toTable(pods, [object], {}, 'None') as { rows: { cells: unknown[] }[] };
  return table.rows[0]?.cells ?? [];
}
