import { readFileSync } from 'node:fs';
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
  expect(Object.keys(shape)).toEqual(['host', 'cert_file', 'key_file', 'ca_file']);
  for (const schema of Object.values(shape)) expect(schema.description).toMatch(/\.$/);
});

test('the README tells all permissions', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([\w/]+)` +\| ([\w, ]+?) +\|$/gm)].map(([, resource, verbs]) => [
    resource,
    verbs,
  ]);
  expect(rows).toEqual(cluster.clusterRbac.map(({ resource, verbs }) => [resource, verbs.join(', ')]));
});
