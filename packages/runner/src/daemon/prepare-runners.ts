import type { RequestInfo } from '@podwright/cluster';
import type { Logger, RunnerConfig } from '@podwright/core';
import type { AnswerInfo } from '@podwright/gitlab';
import { createConnectedServices } from '../container.ts';
import type { ReadConfiguration } from '../read-configuration.ts';
import { ConfiguredRunner } from './configured-runner.ts';
import { connectCoordinator, type ConnectCoordinatorOptions } from './connect-coordinator.ts';
import type { DaemonConfig, ReadyRunner, SharedByRunners } from './daemon.ts';
import type { HandedJobDeps } from './handed-job.ts';
import { runnerInfo } from './runner-info.ts';
import { tellMissingRights } from './missing-rights.ts';
import type { RunnerPlaces } from './runner-places.ts';
import type { Sweep } from './sweep.ts';
import { SweptRunner } from './swept-runner.ts';

export interface PrepareDeps
  extends
    Pick<HandedJobDeps, 'numbers' | 'observer' | 'manager'>,
    Required<Pick<ConnectCoordinatorOptions, 'file' | 'env'>> {
  readonly places: RunnerPlaces;
  readonly sweep: Pick<Sweep, 'add' | 'hurry'>;
  readonly logger: Logger;
  /** Told each request to GitLab about jobs. */
  readonly onAnswer: (runner: RunnerConfig, info: AnswerInfo) => void;
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
    runners: read.runners.flatMap(({ path, config: given }) => {
      // One of another executor.
      if (given === undefined) return [];
      const runner = { ...given, output_limit: given.output_limit || defaultOutputLimit };
      const key = JSON.stringify([{ ...runner, kubernetes: [...runner.kubernetes] }, plugins]);
      return { key, connect: (shared: SharedByRunners) => connect({ runner, path }, shared, read, deps) };
    }),
  };
}

function namesOf(loaded: ReadConfiguration['enabled']): string[] {
  return loaded.map(({ plugin }) => plugin.name);
}

async function connect(
  { runner, path }: { readonly runner: RunnerConfig; readonly path: string },
  shared: SharedByRunners,
  read: ReadConfiguration,
  deps: PrepareDeps,
): Promise<ReadyRunner> {
  const logger = deps.logger.child({ runner: runner.name });
  const { connection, namespace, pathsRoot } = await deps.places.of(runner);
  const { file, env, manager } = deps;
  const { systemId } = manager;
  const onAnswer = (info: AnswerInfo): void => deps.onAnswer(runner, info);
  const { coordinator, tls } = await connectCoordinator(runner, { file, path, systemId, logger, env, onAnswer });
  const services = createConnectedServices({
    runner,
    plugins: read.enabled.map(({ plugin }) => plugin),
    disabled: read.disabled.map(({ plugin }) => plugin),
    overwriteMatch: read.config.podwright.overwrite_match,
    logger,
    directory: read.directory,
    connection,
    serverTls: tls,
    onRequest: deps.onRequest,
  });
  const { cradle } = services;
  // Made now, so that a plugin that cannot be set up is known before anything changes.
  const { hooks } = cradle.executor;
  const swept = new SweptRunner(cradle.cluster, connection.server, namespace);
  let leaveSweep: (() => void) | undefined;
  const disposed = new AbortController();
  const dispose = async (): Promise<void> => {
    disposed.abort(new Error('the runner has ended'));
    leaveSweep?.();
    await coordinator.close();
    await services.dispose();
  };
  const start = (): ConfiguredRunner => {
    leaveSweep = deps.sweep.add(swept);
    void tellMissingRights({ ...cradle, namespace }, logger, disposed.signal);
    return new ConfiguredRunner({
      ...shared,
      services: cradle,
      coordinator,
      namespace,
      pathsRoot,
      info: runnerInfo(runner),
      numbers: deps.numbers,
      observer: deps.observer,
      manager: deps.manager,
      onNamespace: (used) => swept.enter(used),
      onLeftBehind: () => deps.sweep.hurry(),
      logger,
      hooks,
      dispose,
    });
  };
  return { start, dispose };
}
