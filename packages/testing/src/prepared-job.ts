import {
  ConfigError,
  Executor,
  checkPlugins,
  loadConfig,
  type BuiltPod,
  type JobUnderWay,
  type OverwriteMatch,
  type Plugin,
  type PodProblem,
  type RunnerConfig,
} from '@podwright/core';
import { fakeJobParts, fakeShell, type FakeJobOptions } from './fake-job.ts';
import { fakeLogger, type FakeLogger } from './fake-logger.ts';

/** What a job's Pods are built from. */
export interface PreparedJobOptions extends Omit<FakeJobOptions, 'runner'> {
  /** In the order in which they are loaded. */
  readonly plugins: readonly Plugin[];
  /** A whole `config.toml` with one `[[runners]]`, or only what stands below `[runners.kubernetes]`. Default: empty. */
  readonly toml?: string;
}

/** A job after `prepare`, of which Pods can be built. Names are the same each time. */
export interface PreparedJob {
  readonly executor: Executor;
  readonly job: JobUnderWay;
  /** What the plugins logged for the administrator. */
  readonly logger: FakeLogger;
  /** The lines that the job's author sees, such as `warn: …`. */
  readonly trace: readonly string[];
  /** Builds the next Pod. @throws what the plugins throw, as `Executor.build` does */
  build(): Promise<BuiltPod>;
  /**
   * Tells the plugins that the Pod failed.
   * @returns the reasons of those who said "again"; empty when nobody did
   */
  podFailed(problem: PodProblem): Promise<string[]>;
}

/**
 * Runs core's real code from the text of a configuration to the end of `prepare`.
 * @throws ConfigError for every problem of the configuration, unknown keys included
 * @throws PluginLoadError when the plugins do not fit together
 * @throws JobRejectedError or PluginError when a plugin refuses the job
 */
export async function prepareJob(options: PreparedJobOptions): Promise<PreparedJob> {
  const { executor, logger } = setUp(options);
  const parts = fakeJobParts({ ...options, runner: executor.runner }, executor.secretNames);
  const job = executor.createJob(parts);
  await executor.prepare(job);
  return {
    executor,
    job,
    logger,
    trace: parts.log.lines,
    build: () =>
      executor.build(job, {
        plan: { timeoutSeconds: 3600 },
        files: new Map([['plan', 'fake plan']]),
        slot: 0,
        random: `random0${job.attempt + 1}`,
      }),
    async podFailed(problem) {
      const reasons: string[] = [];
      await executor.hooks.podFailed.promise(problem, { again: (reason) => void reasons.push(reason) }, job);
      return reasons;
    },
  };
}

/** Configuration and job in, Pod out: `prepareJob` and one `build`. @throws as they do */
export async function buildPod(options: PreparedJobOptions): Promise<BuiltPod> {
  const prepared = await prepareJob(options);
  return prepared.build();
}

/** Loads plugins and configuration as the daemon does. */
export function setUp({ plugins, toml = '' }: PreparedJobOptions): { executor: Executor; logger: FakeLogger } {
  const logger = fakeLogger();
  const checked = checkPlugins(plugins.map((candidate) => ({ source: 'test', candidate })));
  const { runner, overwriteMatch } = loadRunner(toml, checked);
  return { executor: new Executor({ plugins: checked, runner, overwriteMatch, shell: fakeShell, logger }), logger };
}

function loadRunner(
  toml: string,
  plugins: readonly Plugin[],
): { runner: RunnerConfig; overwriteMatch: OverwriteMatch } {
  const isWhole = /^[ \t]*\[\[runners\]\]/m.test(toml);
  const text = isWhole ? toml : `[[runners]]\ntoken = "AbCd1234efgh"\n[runners.kubernetes]\n${toml}`;
  const { config, unknownKeys } = loadConfig(text, { source: 'config.toml', owners: plugins });
  const [runner, ...others] = config.runners;
  if (!runner || others.length > 0) throw new Error(`config.toml has ${config.runners.length} runners; give it one`);
  if (unknownKeys.length > 0) throw new ConfigError('config.toml', unknownKeys);
  return { runner, overwriteMatch: config.podwright.overwrite_match };
}
