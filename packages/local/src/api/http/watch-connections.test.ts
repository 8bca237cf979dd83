import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from '../../embedded-cluster.ts';
import { ClusterClient } from '../../test-kit/cluster-client.ts';
import { trivialNode } from '../../trivial-node.ts';

let cluster: EmbeddedCluster;
let client: ClusterClient;

const path = 'namespaces/default/configmaps';

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ node: trivialNode() });
  client = new ClusterClient(cluster);
});

afterEach(() => cluster.close());

test('a watch is established before anything has happened', async () => {
  const watch = await client.watch(path);
  expect(watch.response.status).toBe(200);
  await client.create(path, { metadata: { name: 'a' } });
  await client.send('DELETE', `${path}/a`);

  expect(await watch.take(2)).toEqual(['ADDED a', 'DELETED a']);
});

test('a watch goes on where a list ended', async () => {
  await client.create(path, { metadata: { name: 'a' } });
  const list = await client.get(path);
  const { resourceVersion } = list.body['metadata'] as { resourceVersion: string };
  await client.create(path, { metadata: { name: 'b' } });
  const watch = await client.watch(`${path}?resourceVersion=${resourceVersion}`);

  expect(await watch.take(1)).toEqual(['ADDED b']);
});

test('a watch ends after its time, with a bookmark', async () => {
  const watch = await client.watch(`${path}?timeoutSeconds=0&allowWatchBookmarks=true`);

  expect(await watch.next()).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } });
  expect(await watch.next()).toBeUndefined();
});

test('a watch can be cut, and resumed where it was', async () => {
  const watch = await client.watch(path);
  await client.create(path, { metadata: { name: 'a' } });
  const line = await watch.next();
  expect(cluster.faults.dropWatches()).toBe(1);
  await expect(watch.next()).rejects.toThrow('terminated');

  await client.create(path, { metadata: { name: 'b' } });
  const resumed = await client.watch(`${path}?resourceVersion=${line?.object.metadata['resourceVersion']}`);
  expect(await resumed.take(1)).toEqual(['ADDED b']);
});

test('a watch from before what is remembered is ended with 410', async () => {
  const { body } = await client.create(path, { metadata: { name: 'a' } });
  const { resourceVersion } = body['metadata'] as { resourceVersion: string };
  await client.create(path, { metadata: { name: 'b' } });
  cluster.faults.forgetHistory();
  const watch = await client.watch(`${path}?resourceVersion=${resourceVersion}`);

  expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  expect(await watch.next()).toBeUndefined();
});

test('open watches can be ended with 410', async () => {
  const watch = await client.watch(path);
  cluster.faults.expireWatches();

  expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  expect(await watch.next()).toBeUndefined();
});

test('a watch can be answered with 410 before it begins', async () => {
  cluster.faults.answer({ code: 410 }, { match: { verb: 'watch' } });
  const watch = await client.watch(path);

  expect(watch.response.status).toBe(410);
});

test('a client that does not read is told everything once it does', async () => {
  const watch = await client.watch(path);
  const data = { a: 'x'.repeat(500_000) };
  const all = Array.from({ length: 20 }, (_item, index) => `m${index}`);
  for (const name of all) await client.create(path, { metadata: { name }, data });

  expect(await watch.take(20)).toEqual(all.map((name) => `ADDED ${name}`));
});

test('kubectl gets its lines as tables', async () => {
  const watch = await client.watch(path, { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' });
  await client.create(path, { metadata: { name: 'a' }, data: { k: 'v' } });

  expect(await watch.next()).toMatchObject({
    type: 'ADDED',
    object: { kind: 'Table', rows: [{ cells: ['a', 1, expect.any(String)], object: { metadata: { name: 'a' } } }] },
  });
});
