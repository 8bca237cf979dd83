import type { Container } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { containerEnvironment } from './container-environment.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const objects = {
  getSecret: (_: string, name: string) =>
    name === 'login' ? { data: { user: base64('ann'), '1 bad': base64('x') } } : undefined,
  getConfigMap: (_: string, name: string) =>
    name === 'settings' ? { data: { colour: 'red', 'a.b': 'dotted' } } : undefined,
};
const pod = { metadata: { name: 'pod', namespace: 'test', labels: { 'app/x': 'web' } } };

function env(container: Omit<Container, 'name'>): Record<string, string> {
  const found = containerEnvironment(pod, { name: 'main', ...container }, objects, { HOME: '/home', PATH: '/bin' });
  return Object.fromEntries(found);
}

test('starts from the defaults, which a container may override', () => {
  expect(env({ env: [{ name: 'HOME', value: '/mine' }] })).toEqual({ HOME: '/mine', PATH: '/bin' });
});

test('resolves references to what came before only', () => {
  const variables = [{ name: 'A', value: '$(B)' }, { name: 'B', value: '$(A)!' }, { name: 'EMPTY' }];
  expect(env({ env: variables })).toMatchObject({ A: '$(B)', B: '$(B)!', EMPTY: '' });
});

test('takes all keys of a ConfigMap or Secret that are names of variables, with a prefix', () => {
  const envFrom = [{ prefix: 'S_', secretRef: { name: 'login' } }, { configMapRef: { name: 'settings' } }];
  expect(env({ envFrom })).toEqual({ HOME: '/home', PATH: '/bin', S_user: 'ann', colour: 'red', 'a.b': 'dotted' });
});

test('takes single keys and fields of the Pod', () => {
  const variables = [
    { name: 'USER', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } },
    { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
    { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app/x']" } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ];
  expect(env({ env: variables })).toMatchObject({ USER: 'ann', COLOUR: 'red', APP: 'web', IP: '127.0.0.1' });
});

test('leaves out what is optional and missing', () => {
  const variables = [{ name: 'X', valueFrom: { secretKeyRef: { name: 'none', key: 'x', optional: true } } }];
  const envFrom = [{ configMapRef: { name: 'none', optional: true } }];
  expect(env({ env: variables, envFrom })).toEqual({ HOME: '/home', PATH: '/bin' });
});

test.each<[string, Omit<Container, 'name'>]>([
  ['secret "none" not found', { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'none', key: 'x' } } }] }],
  [
    "couldn't find key x in Secret test/login",
    { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'x' } } }] },
  ],
  [
    "couldn't find key x in ConfigMap test/settings",
    { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'x' } } }] },
  ],
  ['configmap "none" not found', { envFrom: [{ configMapRef: { name: 'none' } }] }],
  ['unsupported fieldPath: spec.x', { env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] }],
  [
    'env X: resourceFieldRef is not supported',
    { env: [{ name: 'X', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }] },
  ],
])('refuses with: %s', (message, container) => {
  expect(() => env(container)).toThrow(expect.objectContaining({ reason: 'CreateContainerConfigError' }));
  expect(() => env(container)).toThrow(message);
});
