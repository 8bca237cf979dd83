import { join } from 'node:path';
import { connectionConfigSchema, loadConnection, type Connection } from '@podwright/cluster';
import { ConfigError } from '@podwright/core';
import { hostProcessNode, startEmbeddedCluster } from '@podwright/local';
import type { LocalMode } from './local-mode.ts';

export interface LocalCluster {
  readonly connection: Connection;
  /** One line for users: how containers are run here. */
  readonly description: string;
  /** Directory below which the job's paths must be; empty where containers have file systems of their own. */
  readonly pathsRoot: string;
  close(): Promise<void>;
}

/**
 * Starts a cluster on this machine.
 * @param options.root directory for everything it keeps; made, and removed by `close`
 * @param options.namespace made where it is not there
 * @throws Error when the host does not allow the mode, ConfigError for a namespace that cannot be made
 */
export async function openLocalCluster(options: {
  readonly root: string;
  readonly mode: LocalMode;
  readonly namespace: string;
}): Promise<LocalCluster> {
  const { root, mode, namespace } = options;
  const cluster = await startEmbeddedCluster({ node: hostProcessNode({ root, mode }) });
  const { node, url, token } = cluster;
  try {
    await makeNamespace(url, token, namespace);
    const config = connectionConfigSchema.parse({ host: url });
    const connection = await loadConnection(config, { env: {}, bearerToken: token });
    const pathsRoot = node.mode === 'processes' ? join(node.root, 'job') : '';
    return { connection, description: node.description, pathsRoot, close: () => cluster.close() };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** Nobody could have made it before, and no job should fail for the lack of it. */
async function makeNamespace(url: string, token: string, name: string): Promise<void> {
  if (name === 'default') return;
  const response = await fetch(`${url}/api/v1/namespaces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  });
  const { message = response.statusText } = (await response.json()) as { message?: string };
  if (response.ok || response.status === 409) return;
  throw new ConfigError('namespace', [{ path: '', message, kind: 'invalid' }]);
}
