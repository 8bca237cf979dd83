import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { unschedulableReason } from './schedule.ts';

const node = { name: 'local', labels: { os: 'linux', size: '7' }, cpus: 4, memoryBytes: 8 * 2 ** 30 };

function container(requests?: Record<string, string>, limits?: Record<string, string>) {
  return { name: 'c', resources: { ...(requests && { requests }), ...(limits && { limits }) } };
}

function reason(spec: Partial<PodSpec>): string | undefined {
  return unschedulableReason({ spec: { containers: [container()], ...spec } }, node);
}

function affinity(key: string, operator: string, values?: string[]): Partial<PodSpec> {
  const matchExpressions = [{ key, operator, ...(values && { values }) }];
  const required = { nodeSelectorTerms: [{ matchExpressions }] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

const notMatched = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.";

test.each<[string, Partial<PodSpec>]>([
  ['asks for nothing', {}],
  ['asks for all there is', { containers: [container({ cpu: '4', memory: '8Gi', 'ephemeral-storage': '1Ei' })] }],
  [
    'has init containers that ask for all one after the other',
    { initContainers: [container({ cpu: '4' }), container({ cpu: '4' })] },
  ],
  ['selects a label that the node has', { nodeSelector: { os: 'linux' } }],
  ['names the node', { nodeName: 'local' }],
  ['wants a value that the node has', affinity('os', 'In', ['windows', 'linux'])],
  ['wants no value that the node has', affinity('os', 'NotIn', ['windows'])],
  ['wants a label to be there', affinity('os', 'Exists')],
  ['wants a label not to be there', affinity('zone', 'DoesNotExist')],
  ['wants more than a number', affinity('size', 'Gt', ['6'])],
  ['wants less than a number', affinity('size', 'Lt', ['8'])],
])('takes a Pod that %s', (_, spec) => {
  expect(reason(spec)).toBeUndefined();
});

test.each<[string, Partial<PodSpec>]>([
  ['selects another value', { nodeSelector: { os: 'windows' } }],
  ['selects a label that is not there', { nodeSelector: { zone: 'a' } }],
  ['names another node', { nodeName: 'other' }],
  ['wants another value', affinity('os', 'In', ['windows'])],
  ['does not want the value', affinity('os', 'NotIn', ['linux'])],
  ['wants a label that is not there', affinity('zone', 'Exists')],
  ['does not want a label that is there', affinity('os', 'DoesNotExist')],
  ['wants more', affinity('size', 'Gt', ['7'])],
  ['wants less', affinity('size', 'Lt', ['7'])],
  ['wants what is no requirement', affinity('os', 'Like', ['l*'])],
])('refuses a Pod that %s', (_, spec) => {
  expect(reason(spec)).toBe(notMatched);
});

test.each<[string, Partial<PodSpec>, string]>([
  ['one container', { containers: [container({ cpu: '5' })] }, '1 Insufficient cpu'],
  [
    'all containers together',
    { containers: [container({ cpu: '2500m' }), container({ cpu: '2' })] },
    '1 Insufficient cpu',
  ],
  [
    'limits, where there are no requests',
    { containers: [container(undefined, { memory: '9Gi' })] },
    '1 Insufficient memory',
  ],
  ['an init container', { initContainers: [container({ memory: '9Gi' })] }, '1 Insufficient memory'],
  ['both', { containers: [container({ cpu: '5', memory: '9Gi' })] }, '1 Insufficient cpu, 1 Insufficient memory'],
  [
    'what the node has none of',
    { containers: [container({ 'nvidia.com/gpu': '1' })] },
    '1 Insufficient nvidia.com/gpu',
  ],
])('says what is not enough for %s', (_, spec, what) => {
  expect(reason(spec)).toBe(`0/1 nodes are available: ${what}.`);
});
