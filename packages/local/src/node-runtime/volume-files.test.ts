import type { Volume } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { volumeFiles } from './volume-files.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const objects = {
  getSecret: (_: string, name: string) => (name === 'keys' ? { data: { a: base64('1'), b: base64('2') } } : undefined),
  getConfigMap: (_: string, name: string) =>
    name === 'settings' ? { data: { text: 'grün' }, binaryData: { bytes: 'AAH/' } } : undefined,
};
const pod = { metadata: { name: 'pod', namespace: 'test', labels: { b: '2', a: '1"' } } };

function files(volume: Omit<Volume, 'name'>): string[] | undefined {
  return volumeFiles(pod, { name: 'v', ...volume }, objects)?.map(
    ({ path, content, mode }) => `${path} ${mode.toString(8)} ${Buffer.from(content).toString('latin1')}`,
  );
}

test.each<[string, Omit<Volume, 'name'>, string[] | undefined]>([
  ['all keys of a Secret', { secret: { secretName: 'keys' } }, ['a 644 1', 'b 644 2']],
  ['with the default mode', { secret: { secretName: 'keys', defaultMode: 0o400 } }, ['a 400 1', 'b 400 2']],
  [
    'only the items, with their paths and modes',
    {
      secret: {
        secretName: 'keys',
        items: [
          { key: 'b', path: 'x/y', mode: 0o600 },
          { key: 'a', path: 'a' },
        ],
      },
    },
    ['x/y 600 2', 'a 644 1'],
  ],
  [
    'text and bytes of a ConfigMap',
    { configMap: { name: 'settings' } },
    ['text 644 gr\u00c3\u00bcn', 'bytes 644 \u0000\u0001\u00ff'],
  ],
  ['nothing of what is optional', { secret: { secretName: 'none', optional: true } }, []],
  [
    'no key that is optional',
    { configMap: { name: 'settings', items: [{ key: 'none', path: 'x' }], optional: true } },
    [],
  ],
  [
    'fields of the Pod',
    { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ['labels 644 a="1\\""\nb="2"'],
  ],
  [
    'all sources of a projected volume',
    {
      projected: {
        defaultMode: 0o444,
        sources: [
          { secret: { name: 'keys', items: [{ key: 'a', path: 'a' }] } },
          { configMap: { name: 'settings', items: [{ key: 'text', path: 'a' }] } },
          { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
        ],
      },
    },
    ['a 444 1', 'a 444 gr\u00c3\u00bcn', 'name 444 pod'],
  ],
  ['nothing for other kinds', { emptyDir: {} }, undefined],
])('lists %s', (_, volume, expected) => {
  expect(files(volume)).toEqual(expected);
});

test.each<[string, Omit<Volume, 'name'>]>([
  ['secret "none" not found', { secret: { secretName: 'none' } }],
  ['configmap "none" not found', { projected: { sources: [{ configMap: { name: 'none' } }] } }],
  ['references non-existent secret key: c', { secret: { secretName: 'keys', items: [{ key: 'c', path: 'c' }] } }],
  ['references non-existent config key: c', { configMap: { name: 'settings', items: [{ key: 'c', path: 'c' }] } }],
  ['path "../x" must be relative', { secret: { secretName: 'keys', items: [{ key: 'a', path: '../x' }] } }],
  ['path "/x" must be relative', { secret: { secretName: 'keys', items: [{ key: 'a', path: '/x' }] } }],
  [
    'source serviceAccountToken is not supported',
    { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
  ],
  ['unsupported fieldPath: spec', { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'spec' } }] } }],
  ['x: only fieldRef is supported', { downwardAPI: { items: [{ path: 'x' }] } }],
])('refuses with: %s', (message, volume) => {
  expect(() => files(volume)).toThrow(`MountVolume.SetUp failed for volume "v" : ${message}`);
});
