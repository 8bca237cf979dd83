import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { createCluster, connectionConfigSchema, loadConnection } from '@podwright/cluster';
import type { JobPaths } from '@podwright/core';
import type { TestEnvironment } from './environment.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export interface KubeEnvironmentOptions {
  readonly name: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly image: string;
  readonly helperImage: string;
  readonly paths: () => JobPaths;
  readonly killContainer: TestEnvironment['killContainer'];
}

export interface KubeEnvironment extends TestEnvironment {
  /** Goes past the proxy. */
  readonly api: CoreV1Api;
  readonly proxy: Pick<TcpProxy, 'sever' | 'restore'>;
  /** Path of one that leads through the proxy. */
  readonly proxiedKubeconfig: string;
}

/**
 * Any Kubernetes API as a test environment. podwright reaches it through a proxy that the test can cut; what the test
 * itself asks goes past it.
 */
export async function kubeEnvironment(options: KubeEnvironmentOptions): Promise<KubeEnvironment> {
  const config = new KubeConfig();
  config.loadFromFile(options.kubeconfig);
  const server = new URL(config.getCurrentCluster()?.server ?? '');
  const proxy = await startTcpProxy({ host: server.hostname, port: Number(server.port) });
  const folder = await mkdtemp(join(tmpdir(), 'podwright-test-'));
  const proxied = join(folder, 'kubeconfig');
  await writeFile(proxied, config.exportConfig().replaceAll(server.host, `127.0.0.1:${proxy.port}`), { mode: 0o600 });

  const requests: string[] = [];
  const connection = await loadConnection(connectionConfigSchema.parse({}), { kubeconfig: proxied, env: {} });
  const cluster = createCluster(connection, {
    onRequest: ({ verb, resource }) => {
      // Listing and watching Pods is the shared watch.
      if (resource !== 'pods' || (verb !== 'list' && verb !== 'watch')) requests.push(`${verb} ${resource}`);
    },
  });
  const api = config.makeApiClient(CoreV1Api);
  const { namespace } = options;
  return {
    name: options.name,
    cluster,
    namespace,
    requests,
    image: options.image,
    helperImage: options.helperImage,
    api,
    proxy,
    proxiedKubeconfig: proxied,
    paths: options.paths,
    killContainer: options.killContainer,
    async leftovers() {
      const [pods, secrets] = await Promise.all([
        api.listNamespacedPod({ namespace }),
        api.listNamespacedSecret({ namespace, labelSelector: 'app.kubernetes.io/managed-by=podwright' }),
      ]);
      return [...pods.items, ...secrets.items].map((item) => item.metadata?.name ?? '');
    },
    async deletePod(name) {
      await api.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
    },
    async cutConnections() {
      proxy.cut();
    },
    async close() {
      await cluster.close();
      await proxy.close();
      await rm(folder, { recursive: true });
    },
  };
}
