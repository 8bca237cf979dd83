import { expect, it } from 'vitest';
import { nodeSelector } from './node-selector.ts';

it('sorts the labels by key, and says where they come from', () => {
  const own = nodeSelector({ 'kubernetes.io/arch': 'arm64', disk: 'ssd', b: '' });
  expect(Object.entries(own?.value ?? {})).toEqual([
    ['b', ''],
    ['disk', 'ssd'],
    ['kubernetes.io/arch', 'arm64'],
  ]);
  expect([...(own?.causes ?? [])]).toEqual([
    ['spec.nodeSelector.b', { config: 'node_selector.b' }],
    ['spec.nodeSelector.disk', { config: 'node_selector.disk' }],
    ['spec.nodeSelector.kubernetes.io/arch', { config: 'node_selector."kubernetes.io/arch"' }],
  ]);
});

it('is nothing without labels', () => {
  expect(nodeSelector({})).toBeUndefined();
});
