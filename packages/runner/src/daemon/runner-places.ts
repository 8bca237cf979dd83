import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConnection, type ConnectionConfig } from '@podwright/cluster';
import type { Logger, RunnerConfig } from '@podwright/core';
import { connectOptions, type Place } from '../commands/place.ts';
import { identityOf } from '../configuration.ts';
import type { Io } from '../io.ts';
import type { LocalMode } from '../local-mode.ts';
import { connectionOwner } from '../read-configuration.ts';
import { makeScratch } from '../scratch.ts';

/** Where the jobs of all runners run. */
export interface RunnerPlaces {
  /** @throws ConfigError when it cannot be found out how to reach the cluster */
  of(runner: RunnerConfig): Promise<Omit<Place, 'close'>>;
  close(): Promise<void>;
}

/** Options that say where jobs run. */
export interface RunnerPlacesOptions {
  /** The configuration, which names the cluster of each runner. */
  readonly config: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** One embedded cluster for all, instead. */
  readonly local?: boolean;
  readonly localMode: LocalMode;
}

/** Starts the embedded cluster, where one is asked for; else nothing is contacted yet. */
export async function openRunnerPlaces(options: RunnerPlacesOptions, io: Io, logger: Logger): Promise<RunnerPlaces> {
  const connect = connectOptions(options, io);
  if (connect === undefined) return openLocalPlace(options.localMode, io, logger);
  return {
    async of(runner) {
      const identity = identityOf(runner);
      const config = runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig;
      const connection = await loadConnection(config, { bearerToken: identity.bearer_token, ...connect });
      return { connection, namespace: identity.namespace || connection.namespace || 'default', pathsRoot: '' };
    },
    close: async () => undefined,
  };
}

async function openLocalPlace(mode: LocalMode, io: Io, logger: Logger): Promise<RunnerPlaces> {
  // Loaded when it is needed: it is large.
  const { openLocalCluster } = await import('../local-cluster.ts');
  const scratch = await makeScratch(io.env);
  const local = await openLocalCluster({ root: join(scratch, 'cluster'), mode, namespace: 'default' });
  logger.info({}, local.description);
  return {
    of: async (runner) => ({ ...local, namespace: identityOf(runner).namespace || 'default' }),
    async close() {
      await local.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
