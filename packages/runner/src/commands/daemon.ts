import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConnection, type ConnectionConfig } from '@podwright/cluster';
import { formatProblem, messageOf, type Logger, type RunnerConfig } from '@podwright/core';
import { identityOf } from '../configuration.ts';
import { ConfigFile } from '../daemon/config-file.ts';
import { Daemon, type DaemonConfig } from '../daemon/daemon.ts';
import { JobsUnderWay } from '../daemon/jobs-under-way.ts';
import { Metrics } from '../daemon/metrics.ts';
import { Numbers } from '../daemon/numbers.ts';
import { observe } from '../daemon/observe-server.ts';
import { prepareRunners, type RunnerPlace } from '../daemon/prepare-runners.ts';
import { shutDown } from '../daemon/shut-down.ts';
import { createDaemonLogger } from '../daemon-logger.ts';
import { exitStatus } from '../exit-status.ts';
import type { LocalMode } from '../local-mode.ts';
import { connectionOwner, examineConfiguration, usable, type ReadConfiguration } from '../read-configuration.ts';
import { makeScratch } from '../scratch.ts';
import type { Io } from '../io.ts';

export interface DaemonOptions {
  readonly config: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly local?: boolean;
  readonly localMode: LocalMode;
}

/**
 * Asks GitLab for jobs and runs them until it is told to end.
 * @returns the exit status
 * @throws ConfigError or PluginLoadError when the configuration cannot be used at the start
 */
export async function daemon(options: DaemonOptions, io: Io): Promise<number> {
  const file = resolve(io.cwd, options.config);
  const first = await readUsable(file, io);
  const logger = createDaemonLogger({ level: first.config.log_level, format: first.config.log_format }, io.stderr);
  const places = await openPlaces(options, io, logger);
  const metrics: Metrics = new Metrics(() => jobs.all);
  const jobs = new JobsUnderWay(logger, metrics);
  const runners = new Daemon(logger);
  const deps = { numbers: new Numbers(), observer: jobs, logger, onRequest: metrics.onRequest, place: places.of };
  let isReady = false;

  const apply = async (read: ReadConfiguration): Promise<void> => {
    for (const notice of read.problems) logger.warn({}, formatProblem(notice, read.source));
    const next: DaemonConfig = prepareRunners(read, file, deps);
    await runners.apply(next);
    metrics.configured(read.config.concurrent);
  };
  const reload = async (): Promise<void> => {
    try {
      await apply(await readUsable(file, io));
    } catch (error) {
      metrics.refused();
      logger.error({}, `The configuration stays as it was: ${messageOf(error)}`);
    }
  };

  const configFile = new ConfigFile(file, reload);
  const stopReloading = io.onSignal(['SIGHUP'], () => void configFile.look(true));
  const { listen_address: address } = first.config;
  const server =
    address === ''
      ? undefined
      : await observe({ address, registry: metrics.registry, jobs: () => jobs.all, isReady: () => isReady });
  try {
    await apply(first);
    await configFile.begin();
    isReady = true;
    await shutDown(runners, io, logger, () => {
      isReady = false;
      configFile.close();
    });
    return exitStatus.success;
  } finally {
    configFile.close();
    stopReloading();
    await server?.close();
    await places.close();
  }
}

async function readUsable(file: string, io: Io): Promise<ReadConfiguration> {
  return usable(await examineConfiguration(file, io));
}

interface Places {
  readonly of: (runner: RunnerConfig) => Promise<RunnerPlace>;
  close(): Promise<void>;
}

/** The cluster that each runner's configuration names, or one embedded cluster for all. */
async function openPlaces(options: DaemonOptions, io: Io, logger: Logger): Promise<Places> {
  if (options.local === true) return openLocalPlace(options, io, logger);
  const { kubeconfig, context } = options;
  return {
    of: async (runner) => {
      const identity = identityOf(runner);
      const config = runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig;
      const connection = await loadConnection(config, {
        env: io.env,
        bearerToken: identity.bearer_token,
        ...(kubeconfig !== undefined && { kubeconfig }),
        ...(context !== undefined && { context }),
      });
      return { connection, namespace: identity.namespace || connection.namespace || 'default', pathsRoot: '' };
    },
    close: async () => undefined,
  };
}

async function openLocalPlace({ localMode }: DaemonOptions, io: Io, logger: Logger): Promise<Places> {
  const { openLocalCluster } = await import('../local-cluster.ts');
  const scratch = await makeScratch(io.env);
  const local = await openLocalCluster({ root: join(scratch, 'cluster'), mode: localMode, namespace: 'default' });
  logger.info({}, local.description);
  return {
    of: async (runner) => ({ ...local, namespace: identityOf(runner).namespace || 'default' }),
    async close() {
      await local.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
