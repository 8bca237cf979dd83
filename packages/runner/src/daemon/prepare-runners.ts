import { dirname } from 'node:path';
import type { Connection, RequestInfo } from '@podwright/cluster';
import type { Logger, RunnerConfig } from '@podwright/core';
import { createConnectedServices } from '../container.ts';
import type { ReadConfiguration } from '../read-configuration.ts';
import { ConfiguredRunner, connectCoordinator } from './configured-runner.ts';
import type { DaemonConfig, PreparedRunner, ReadyRunner, SharedByRunners } from './daemon.ts';
import type { HandedJobDeps } from './handed-job.ts';
import { runnerInfo } from './runner-info.ts';
import { systemId } from './system-id.ts';

/** Where the jobs of a runner run. */
export interface RunnerPlace {
  readonly connection: Connection;
  readonly namespace: string;
  readonly pathsRoot: string;
}

export interface PrepareDeps extends Pick<HandedJobDeps, 'numbers' | 'observer' | 'trace'> {
  readonly logger: Logger;
  /** Told each request to a cluster. */
  readonly onRequest?: (info: RequestInfo) => void;
  /** @throws ConfigError */
  readonly place: (runner: RunnerConfig) => Promise<RunnerPlace>;
}

/** GitLab Runner's limit where `output_limit` says none, in KiB. */
const defaultOutputLimit = 4096;

/** Makes what a configuration says ready to be put to work. Nothing is connected yet. */
export function prepareRunners(read: ReadConfiguration, file: string, deps: PrepareDeps): DaemonConfig {
  const plugins = [read.config.podwright, namesOf(read.enabled), namesOf(read.disabled)];
  return {
    config: read.config,
    runners: read.config.runners.map((given) => {
      const runner = { ...given, output_limit: given.output_limit || defaultOutputLimit };
      const key = JSON.stringify([{ ...runner, kubernetes: [...runner.kubernetes] }, plugins]);
      return { key, runner, connect: (shared) => connect(runner, shared, read, file, deps) } satisfies PreparedRunner;
    }),
  };
}

function namesOf(loaded: ReadConfiguration['enabled']): string[] {
  return loaded.map(({ plugin }) => plugin.name);
}

async function connect(
  runner: RunnerConfig,
  shared: SharedByRunners,
  read: ReadConfiguration,
  file: string,
  deps: PrepareDeps,
): Promise<ReadyRunner> {
  const logger = deps.logger.child({ runner: runner.name });
  const coordinator = await connectCoordinator(runner, await systemId(dirname(file)), file);
  const { connection, namespace, pathsRoot } = await deps.place(runner);
  const services = createConnectedServices({
    runner,
    plugins: read.enabled.map(({ plugin }) => plugin),
    disabled: read.disabled.map(({ plugin }) => plugin),
    overwriteMatch: read.config.podwright.overwrite_match,
    logger,
    connection,
    ...(deps.onRequest && { onRequest: deps.onRequest }),
  });
  const { cradle } = services;
  // Made now, so that a plugin that cannot be set up is known before anything changes.
  const { hooks } = cradle.executor;
  const dispose = async (): Promise<void> => services.dispose();
  const start = (): ConfiguredRunner =>
    new ConfiguredRunner({
      ...deps,
      ...shared,
      services: cradle,
      coordinator,
      namespace,
      pathsRoot,
      info: runnerInfo(runner),
      logger,
      hooks,
      dispose,
    });
  return {
    start,
    dispose: async () => {
      await coordinator.close();
      await dispose();
    },
  };
}
