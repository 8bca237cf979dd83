import { expect, test } from 'vitest';
import * as cluster from './index.ts';

test('the package exports this', () => {
  expect(Object.keys(cluster).toSorted()).toEqual([
    'clusterRbac',
    'connectionConfigSchema',
    'createCluster',
    'defaultTiming',
    'loadConnection',
  ]);
});

test('each key of a connection is described for the docs', () => {
  const { shape } = cluster.connectionConfigSchema;
  expect(Object.keys(shape)).toEqual(['host', 'cert_file', 'key_file', 'ca_file', 'bearer_token', 'namespace']);
  for (const schema of Object.values(shape)) expect(schema.description).toMatch(/\.$/);
});
