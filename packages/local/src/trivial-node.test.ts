import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from './embedded-cluster.ts';
import { ClusterClient } from './test-kit/cluster-client.ts';
import { readExec } from './test-kit/exec-client.ts';
import { trivialNode, type TrivialNode } from './trivial-node.ts';

let cluster: EmbeddedCluster<TrivialNode>;
let client: ClusterClient;

const path = 'namespaces/default/pods';
const pod = (name: string, image = 'i:1') => ({ metadata: { name }, spec: { containers: [{ name: 'c', image }] } });

beforeEach(async () => {
  cluster = await startEmbeddedCluster({
    node: trivialNode({
      exec: async (target, _command, { stdout }) => {
        stdout?.write(target.pod);
        return 0;
      },
    }),
  });
  client = new ClusterClient(cluster);
});

afterEach(() => cluster.close());

test('500 Pods run, answer and go at once', async () => {
  const names = Array.from({ length: 500 }, (_item, index) => `p${index}`);
  const watch = await client.watch(`${path}?labelSelector=!x`);
  const codes = await byLanes(names, async (name) => (await client.create(path, pod(name))).code);
  expect(new Set(codes)).toEqual(new Set([201]));
  // Each is added, and then runs.
  expect(new Set(await watch.take(1000))).toHaveProperty('size', 1000);

  const outputs = await Promise.all(
    names.map(async (name) => {
      const query = 'exec?command=x&stdout=true';
      return (await readExec(client.webSocket(`${path}/${name}/${query}`))).stdout;
    }),
  );
  expect(outputs).toEqual(names);

  await byLanes(names, (name) => client.send('DELETE', `${path}/${name}`));
  expect((await client.get(path)).body['items']).toEqual([]);
});

test('an image that cannot be pulled is told in status and events', async () => {
  cluster.faults.failImagePulls(/^broken/, 'manifest unknown');
  await client.create(path, pod('p', 'broken:1'));
  const events = await client.get('namespaces/default/events?fieldSelector=involvedObject.name%3Dp,type%3DWarning');

  expect((await client.get(`${path}/p`)).body['status']).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } } }],
  });
  expect(events.body['items']).toMatchObject([
    { reason: 'Failed', message: 'Failed to pull image "broken:1": manifest unknown' },
  ]);
});

test('a Pod can be ended and evicted', async () => {
  const ended = await client.create(path, pod('ended'));
  const evicted = await client.create(path, pod('evicted'));
  cluster.node.finish(ended.body, 3);
  cluster.node.evict(evicted.body, 'no memory');

  expect((await client.get(`${path}/ended`)).body['status']).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error' } } }],
  });
  expect((await client.get(`${path}/evicted`)).body['status']).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'no memory',
  });
});

/** Does something for all names, several at a time, as a client with that many connections does. */
async function byLanes<T>(names: readonly string[], act: (name: string) => Promise<T>): Promise<T[]> {
  const waiting = names.values();
  const lanes = Array.from({ length: 20 }, async () => {
    const results: T[] = [];
    for (const name of waiting) results.push(await act(name));
    return results;
  });
  return (await Promise.all(lanes)).flat();
}
