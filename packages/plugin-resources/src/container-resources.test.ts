import { expect, it } from 'vitest';
import { containerResources } from './container-resources.ts';

it.each([
  ['nothing when nothing is set', {}, {}],
  ['a request of zero, which is set', { cpu_request: '0' }, { build: { requests: { cpu: '0' } } }],
  [
    'each quantity in the list and family that it belongs to',
    {
      cpu_limit: '1',
      memory_request: '1Gi',
      ephemeral_storage_limit: '2Gi',
      service_ephemeral_storage_request: '3Gi',
      helper_cpu_limit: '500m',
      helper_memory_limit: '100Mi',
    },
    {
      build: { requests: { memory: '1Gi' }, limits: { cpu: '1', 'ephemeral-storage': '2Gi' } },
      service: { requests: { 'ephemeral-storage': '3Gi' } },
      helper: { limits: { cpu: '500m', memory: '100Mi' } },
    },
  ],
])('gives %s', (_, values: Record<string, string>, expected) => {
  const found = containerResources((key) => values[key] ?? '');
  const requirements = Object.entries(found).map(([family, resources]) => [family, resources.value]);
  expect(Object.fromEntries(requirements)).toEqual(expected);
});

it('says for each quantity whether the configuration or the job set it', () => {
  const values: Record<string, string> = { cpu_limit: '1', memory_request: '1Gi' };
  const { build } = containerResources(
    (key) => values[key] ?? '',
    (key) => key === 'memory_request',
  );
  expect([...(build?.causes ?? [])]).toEqual([
    ['resources.limits.cpu', { config: 'cpu_limit' }],
    ['resources.requests.memory', { variable: 'KUBERNETES_MEMORY_REQUEST' }],
  ]);
});
