import { existsSync, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { startEmbeddedCluster } from './embedded-cluster.ts';
import { ClusterClient } from './test-kit/cluster-client.ts';
import * as exported from './index.ts';
import { trivialNode } from './trivial-node.ts';

interface Kubeconfig {
  readonly clusters: [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
  readonly users: [{ readonly user: { readonly token: string } }];
}

test('the kubeconfig leads to the API over HTTPS, is private, and goes with the cluster', async () => {
  const cluster = await startEmbeddedCluster({ node: trivialNode() });
  const path = cluster.kubeconfigPath;
  const { clusters, users } = JSON.parse(readFileSync(path, 'utf8')) as Kubeconfig;
  const [{ cluster: entry }] = clusters;
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(users[0].user.token).toBe(cluster.token);

  const sent = request(`${entry.server}/version`, {
    ca: Buffer.from(entry['certificate-authority-data'], 'base64'),
    headers: { Authorization: `Bearer ${cluster.token}` },
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(200);

  await cluster.close();
  expect(existsSync(dirname(path))).toBe(false);
});

test('closing cuts what is open, and can be done twice', async () => {
  let closed = 0;
  const cluster = await startEmbeddedCluster({
    node: (api, faults) => {
      const node = trivialNode()(api, faults);
      return Object.assign(node, { close: async () => void (closed += 1) });
    },
  });
  const headers = { Authorization: `Bearer ${cluster.token}` };
  const watch = await fetch(`${cluster.url}/api/v1/pods?watch=true`, { headers });
  await Promise.all([cluster.close(), cluster.close()]);

  await expect(watch.text()).rejects.toThrow('terminated');
  await expect(fetch(cluster.url)).rejects.toThrow('fetch failed');
  expect(closed).toBe(1);
});

test('the node is not given a Pod whose owner is gone', async () => {
  const calls: string[] = [];
  const cluster = await startEmbeddedCluster({
    node: (api, faults) =>
      Object.assign(trivialNode()(api, faults), {
        podAdded: ({ metadata }: Pod) => calls.push(`added ${metadata?.name}`),
        podDeleting: ({ metadata }: Pod) => calls.push(`deleting ${metadata?.name}`),
      }),
  });
  const client = new ClusterClient(cluster);
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'gone', uid: 'gone' }];
  const spec = { containers: [{ name: 'c', image: 'i:1' }] };
  const created = await client.create('namespaces/default/pods', { metadata: { name: 'p', ownerReferences }, spec });
  await client.create('namespaces/default/pods', { metadata: { name: 'q' }, spec });
  await cluster.close();

  expect(created.code).toBe(201);
  expect(calls).toEqual(['deleting p', 'added q']);
});

test('a port that is taken is an error that names it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  let closed = 0;
  const node = (...given: Parameters<ReturnType<typeof trivialNode>>) =>
    Object.assign(trivialNode()(...given), { close: async () => void (closed += 1) });

  await expect(startEmbeddedCluster({ node, port })).rejects.toThrow(String(port));
  expect(closed).toBe(1);
  other.close();
});

test('the package exports what it says', () => {
  expect(Object.keys(exported).toSorted()).toEqual(['hostProcessNode', 'startEmbeddedCluster', 'trivialNode']);
});
