import type { RequestInfo } from '@podwright/cluster';
import type { Logger, RunnerConfig } from '@podwright/core';
import { createConnectedServices } from '../container.ts';
import type { ReadConfiguration } from '../read-configuration.ts';
import { ConfiguredRunner } from './configured-runner.ts';
import { connectCoordinator } from './connect-coordinator.ts';
import type { DaemonConfig, ReadyRunner, SharedByRunners } from './daemon.ts';
import type { HandedJobDeps } from './handed-job.ts';
import { runnerInfo } from './runner-info.ts';
import type { RunnerPlaces } from './runner-places.ts';

export interface PrepareDeps extends Pick<HandedJobDeps, 'numbers' | 'observer'> {
  /** Path of the `config.toml`. */
  readonly file: string;
  readonly systemId: string;
  readonly places: RunnerPlaces;
  readonly logger: Logger;
  /** Told each request to a cluster. */
  readonly onRequest: (info: RequestInfo) => void;
}

/** GitLab Runner's limit where `output_limit` says none, in KiB. */
const defaultOutputLimit = 4096;

/** Makes what a configuration says ready to be put to work. Nothing is connected yet. */
export function prepareRunners(read: ReadConfiguration, deps: PrepareDeps): DaemonConfig {
  const plugins = [read.config.podwright, namesOf(read.enabled), namesOf(read.disabled)];
  return {
    config: read.config,
    runners: read.config.runners.map((given) => {
      const runner = { ...given, output_limit: given.output_limit || defaultOutputLimit };
      const key = JSON.stringify([{ ...runner, kubernetes: [...runner.kubernetes] }, plugins]);
      return { key, connect: (shared) => connect(runner, shared, read, deps) };
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
  deps: PrepareDeps,
): Promise<ReadyRunner> {
  const logger = deps.logger.child({ runner: runner.name });
  const { connection, namespace, pathsRoot } = await deps.places.of(runner);
  const coordinator = await connectCoordinator(runner, deps.systemId, deps.file);
  const services = createConnectedServices({
    runner,
    plugins: read.enabled.map(({ plugin }) => plugin),
    disabled: read.disabled.map(({ plugin }) => plugin),
    overwriteMatch: read.config.podwright.overwrite_match,
    logger,
    directory: read.directory,
    connection,
    onRequest: deps.onRequest,
  });
  const { cradle } = services;
  // Made now, so that a plugin that cannot be set up is known before anything changes.
  const { hooks } = cradle.executor;
  const dispose = async (): Promise<void> => {
    await coordinator.close();
    await services.dispose();
  };
  const start = (): ConfiguredRunner =>
    new ConfiguredRunner({
      ...shared,
      services: cradle,
      coordinator,
      namespace,
      pathsRoot,
      info: runnerInfo(runner),
      numbers: deps.numbers,
      observer: deps.observer,
      logger,
      hooks,
      dispose,
    });
  return { start, dispose };
}
