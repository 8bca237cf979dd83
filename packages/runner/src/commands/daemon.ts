import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { formatProblem, messageOf, type Logger } from '@podwright/core';
import { ConfigFile } from '../daemon/config-file.ts';
import { Daemon } from '../daemon/daemon.ts';
import { Heartbeat } from '../daemon/heartbeat.ts';
import { JobsUnderWay } from '../daemon/jobs-under-way.ts';
import { Metrics } from '../daemon/metrics.ts';
import { Numbers } from '../daemon/numbers.ts';
import { observe, type ObserveServer } from '../daemon/observe-server.ts';
import { prepareRunners, type PrepareDeps } from '../daemon/prepare-runners.ts';
import type { RunningJob } from '../daemon/running-job.ts';
import { openRunnerPlaces, type RunnerPlaces, type RunnerPlacesOptions } from '../daemon/runner-places.ts';
import { shutDown } from '../daemon/shut-down.ts';
import { Sweep } from '../daemon/sweep.ts';
import { systemId } from '../daemon/system-id.ts';
import { createDaemonLogger } from '../daemon-logger.ts';
import { exitStatus } from '../exit-status.ts';
import { examineConfiguration, usable, type ReadConfiguration } from '../read-configuration.ts';
import type { Io } from '../io.ts';

export interface DaemonOptions extends RunnerPlacesOptions {
  /** Replaces that of the file. */
  readonly listenAddress?: string;
}

/**
 * Asks GitLab for jobs and runs them until it is told to end.
 * @returns the exit status
 * @throws ConfigError when the configuration cannot be used at the start, UsageError for options that do not go together
 */
export async function daemon(options: DaemonOptions, io: Io): Promise<number> {
  const file = resolve(io.cwd, options.config);
  const first = await readUsable(file, io);
  const { logger, jobs, metrics, runners, places, heartbeat, sweep, apply } = await assemble(file, first, options, io);
  const address = options.listenAddress ?? first.config.listen_address;
  const configFile = new ConfigFile(file, async () => {
    try {
      await apply(await readUsable(file, io));
    } catch (error) {
      metrics.refused();
      logger.error({}, `The configuration stays as it was: ${messageOf(error)}`);
    }
  });
  const stopReloading = io.onSignal(['SIGHUP'], () => void configFile.look(true));
  let isReady = false;
  let server: ObserveServer | undefined;
  try {
    if (address !== '') server = await observe({ address, registry: metrics.registry, jobs, isReady: () => isReady });
    await showLife(heartbeat, dirname(file), logger);
    await apply(first);
    sweep.begin();
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
    await sweep.end();
    await heartbeat.end();
    await places.close();
  }
}

/** The parts of the daemon, none of which does anything yet. */
interface Parts {
  readonly logger: Logger;
  readonly jobs: Set<RunningJob>;
  readonly metrics: Metrics;
  readonly runners: Daemon;
  readonly places: RunnerPlaces;
  readonly heartbeat: Heartbeat;
  readonly sweep: Sweep;
  /** Puts a configuration to work. */
  readonly apply: (read: ReadConfiguration) => Promise<void>;
}

async function assemble(file: string, { config }: ReadConfiguration, options: DaemonOptions, io: Io): Promise<Parts> {
  const logger = createDaemonLogger({ level: config.log_level, format: config.log_format }, io.stderr);
  const jobs = new Set<RunningJob>();
  const metrics = new Metrics(jobs);
  const runners = new Daemon(logger);
  const places = await openRunnerPlaces(options, io, logger);
  const heartbeat = new Heartbeat(dirname(file));
  const manager = { systemId: await systemId(dirname(file), hostname()), life: heartbeat.life };
  const sweep = new Sweep({ systemId: manager.systemId, heartbeat, jobs, logger, onSwept: metrics.swept });
  const deps: PrepareDeps = {
    file,
    env: io.env,
    manager,
    sweep,
    places,
    numbers: new Numbers(),
    observer: new JobsUnderWay(jobs, logger, metrics),
    logger,
    onRequest: metrics.onRequest,
    onAnswer: metrics.onAnswer,
  };
  const apply = async (read: ReadConfiguration): Promise<void> => {
    for (const notice of read.problems) logger.warn({}, formatProblem(notice, read.source));
    await runners.apply(prepareRunners(read, deps));
    metrics.configured(read.config);
  };
  return { logger, jobs, metrics, runners, places, heartbeat, sweep, apply };
}

async function showLife(heartbeat: Heartbeat, directory: string, logger: Logger): Promise<void> {
  if (await heartbeat.begin()) return;
  logger.warn({}, `${directory} cannot be written to: Pods that an earlier start left behind are not recognised`);
}

async function readUsable(file: string, io: Io): Promise<ReadConfiguration> {
  return usable(await examineConfiguration(file, io));
}
