import type { ConfigMap, Secret } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateNamespace,
  validateSecret,
  validateSecretUpdate,
} from './data-objects.ts';
import type { FieldProblem } from './field-problem.ts';

const metadata = { name: 'a' };
const big = Buffer.alloc(1024 * 1024 + 1, 'x');

test.each<[string, Secret, string[]]>([
  ['is fine with data', { metadata, data: { a: 'eA==' } }, []],
  [
    'has keys of certain characters',
    { metadata, data: { 'a b': '', '..': '' } },
    ['FieldValueInvalid data[a b]', 'FieldValueInvalid data[..]'],
  ],
  ['has at most a mebibyte', { metadata, data: { a: big.toString('base64') } }, ['FieldValueTooLong data']],
  [
    'needs its key as a registry secret',
    { metadata, type: 'kubernetes.io/dockerconfigjson' },
    ['FieldValueRequired data[.dockerconfigjson]'],
  ],
  [
    'needs JSON as a registry secret',
    { metadata, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } },
    ['FieldValueInvalid data[.dockerconfigjson]'],
  ],
  [
    'needs certificate and key for TLS',
    { metadata, type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
    ['FieldValueRequired data[tls.key]'],
  ],
])('a secret %s', (_title, secret, problems) => {
  expect(shown(validateSecret(secret))).toEqual(problems);
});

test('a refused secret is not quoted', () => {
  const data = { '.dockerconfigjson': Buffer.from('hunter2').toString('base64') };

  expect(JSON.stringify(validateSecret({ metadata, type: 'kubernetes.io/dockerconfigjson', data }))).not.toContain(
    'hunter2',
  );
});

test.each<[string, ConfigMap, string[]]>([
  ['is fine with data', { metadata, data: { a: 'x' }, binaryData: { b: 'eA==' } }, []],
  ['has each key once', { metadata, data: { k: '' }, binaryData: { k: '' } }, ['FieldValueInvalid data[k]']],
  ['has at most a mebibyte', { metadata, data: { a: big.toString() } }, ['FieldValueTooLong []']],
])('a config map %s', (_title, configMap, problems) => {
  expect(shown(validateConfigMap(configMap))).toEqual(problems);
});

test('the type of a secret cannot be changed', () => {
  expect(shown(validateSecretUpdate({ metadata, type: 'a' }, { metadata, type: 'b' }))).toEqual([
    'FieldValueInvalid type',
  ]);
});

test('an immutable object stays as it is', () => {
  const current = { metadata, immutable: true, data: { a: 'eA==' } };

  expect(shown(validateSecretUpdate({ ...current, data: { a: 'eQ==' } }, current))).toEqual([
    'FieldValueForbidden data',
  ]);
  expect(shown(validateConfigMapUpdate({ ...current, immutable: false }, current))).toEqual([
    'FieldValueForbidden immutable',
  ]);
  expect(validateConfigMapUpdate(current, current)).toEqual([]);
});

test('the name of a namespace has no dots', () => {
  expect(shown(validateNamespace({ metadata: { name: 'a.b' } }))).toEqual(['FieldValueInvalid metadata.name']);
});

function shown(problems: FieldProblem[]): string[] {
  return problems.map(({ reason, field }) => `${reason} ${field}`);
}
