import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Pod } from 'kubernetes-models/v1/Pod';
import { expect, test } from 'vitest';
import { readBySchema } from './read-by-schema.ts';

const meta = { apiVersion: 'v1', kind: 'Pod' };

test('fields that the schema does not know are left out and named', () => {
  const read = readBySchema(Pod, {
    ...meta,
    extra: 1,
    spec: { containers: [{ name: 'c', imagee: 'x', resources: { limits: { cpu: '1', gpu: 2 } } }] },
  });

  expect(read).toEqual({
    object: { ...meta, spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1', gpu: 2 } } }] } },
    unknownFields: ['extra', 'spec.containers[0].imagee'],
    wrongTypes: [],
    problems: [],
  });
});

test('keys of maps are not fields', () => {
  const data = { constructor: 'a', hasOwnProperty: 'b', 'x.y': 'c' };
  const read = readBySchema(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', data });

  expect(read).toMatchObject({ object: { data }, unknownFields: [] });
});

test('null counts as absent', () => {
  const read = readBySchema(Pod, {
    ...meta,
    metadata: { creationTimestamp: null },
    spec: { containers: null, nodeName: null },
  });

  expect(read).toMatchObject({ object: { ...meta, metadata: {}, spec: {} }, wrongTypes: [] });
});

test('values of the wrong type and values that are not allowed are told apart', () => {
  const read = readBySchema(Pod, {
    ...meta,
    spec: { restartPolicy: 'Nope', activeDeadlineSeconds: 'x', containers: [{ tty: 'yes' }] },
  });

  expect(read.wrongTypes).toEqual([
    'spec.activeDeadlineSeconds: must be integer',
    'spec.containers[0].tty: must be boolean',
  ]);
  expect(read.problems.map(({ reason, field }) => `${reason} ${field}`)).toEqual([
    'FieldValueNotSupported spec.restartPolicy',
  ]);
});

test('what is read is a copy', () => {
  const given = { ...meta, spec: { containers: [{ name: 'c' }] } };
  const read = readBySchema(Pod, given);
  (read.object['spec'] as { containers: unknown[] }).containers.length = 0;

  expect(given.spec.containers).toHaveLength(1);
});
