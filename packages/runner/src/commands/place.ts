import { join } from 'node:path';
import { loadConnection, type Connection, type LoadConnectionOptions } from '@podwright/cluster';
import { UsageError } from '../usage-error.ts';
import { identityOf, type Configuration } from '../configuration.ts';
import type { LocalMode } from '../local-mode.ts';
import type { Io } from '../io.ts';
import type { Tell } from '../terminal/tell.ts';

/** Options that say on which cluster jobs run. */
export interface ClusterOptions {
  readonly local?: boolean;
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Options that say where a job runs. */
export interface PlaceOptions extends ClusterOptions {
  readonly localMode: LocalMode;
  readonly dirty?: boolean;
  readonly repoUrl?: string;
  readonly namespace?: string;
}

/** Where a job runs. */
export interface Place {
  readonly connection: Connection;
  readonly namespace: string;
  /** Put before the default paths of the job; empty where containers have file systems of their own. */
  readonly pathsRoot: string;
  close(): Promise<void>;
}

/**
 * Whether the job runs on this machine: asked for, or no cluster named.
 * @throws UsageError for options that do not go together
 */
export function isLocalPlace(options: ClusterOptions & Pick<PlaceOptions, 'dirty' | 'repoUrl'>): boolean {
  const { local, kubeconfig, context, config, dirty, repoUrl } = options;
  const isCluster = kubeconfig !== undefined || context !== undefined;
  if (local === true && isCluster) throw new UsageError('--local goes neither with --kubeconfig nor with --context');
  if (dirty === true && repoUrl !== undefined) throw new UsageError('--dirty does not go with --repo-url');
  const isLocal = local === true || (!isCluster && config === undefined);
  if (dirty === true && !isLocal)
    throw new UsageError('--dirty only goes with --local: a cluster cannot see this machine');
  return isLocal;
}

/** Starts the embedded cluster, or finds the real one. Nothing is asked of it yet. */
export async function openPlace(
  options: PlaceOptions,
  deps: { readonly configuration: Configuration; readonly io: Io; readonly scratch: string; readonly tell: Tell },
): Promise<Place> {
  const identity = identityOf(deps.configuration.runner);
  const asked = options.namespace ?? identity.namespace;
  if (isLocalPlace(options)) {
    const namespace = asked || 'default';
    // Loaded when it is needed: it is large.
    const { openLocalCluster } = await import('../local-cluster.ts');
    const local = await openLocalCluster({ root: join(deps.scratch, 'cluster'), mode: options.localMode, namespace });
    deps.tell(local.description);
    return { ...local, namespace };
  }
  const { connection: found, connectionConfig } = deps.configuration;
  const connection =
    found ??
    (await loadConnection(connectionConfig, {
      env: deps.io.env,
      bearerToken: identity.bearer_token,
      ...connectOptions(options, deps.io),
    }));
  const namespace = asked || connection.namespace || 'default';
  return { connection, namespace, pathsRoot: '', close: async () => undefined };
}

/** How the options want the cluster to be reached; undefined where a job runs on this machine. */
export function connectOptions(options: ClusterOptions, { env }: Pick<Io, 'env'>): LoadConnectionOptions | undefined {
  if (isLocalPlace(options)) return undefined;
  const { kubeconfig, context } = options;
  return { env, ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
}
