import { join } from 'node:path';
import { connectionConfigSchema, loadConnection, type Connection } from '@podwright/cluster';
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
 * @param root directory for everything it keeps; made, and removed by `close`
 * @throws Error when the host does not allow the mode
 */
export async function openLocalCluster(root: string, mode: LocalMode): Promise<LocalCluster> {
  const cluster = await startEmbeddedCluster({ node: hostProcessNode({ root, mode }) });
  const { node, url, token } = cluster;
  try {
    const config = connectionConfigSchema.parse({ host: url, bearer_token: token });
    const connection = await loadConnection(config, { env: {} });
    const pathsRoot = node.mode === 'processes' ? join(node.root, 'job') : '';
    return { connection, description: node.description, pathsRoot, close: () => cluster.close() };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
