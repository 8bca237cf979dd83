import { PluginLoadError, messageOf } from './errors.ts';
import { flagLines } from './feature-flags/notices.ts';
import { createHooks, type ExecutorHooks } from './hooks.ts';
import { Guard, type TapTiming } from './guard.ts';
import { freezeDeep } from './freeze.ts';
import type { JobContext } from './job/context.ts';
import { JobUnderWay, type JobContextOptions } from './job/job-under-way.ts';
import { podName, uniqueName } from './job/names.ts';
import type { RunnerConfig } from './config/runner-config.ts';
import { buildPod } from './pod/build.ts';
import type { BuiltPod } from './pod/draft.ts';
import type { RunnerManager } from './pod/labels.ts';
import { podSkeleton } from './pod/skeleton.ts';
import { ignoredVariables } from './job/ignored-variables.ts';
import type { OverwriteMatch } from './overwrite-pattern.ts';
import type { Plan } from './plan.ts';
import type { Plugin } from './plugin.ts';
import type { Logger, Shell } from './ports.ts';

export interface ExecutorOptions {
  /** In the order in which they run; checked by `checkPlugins` before. */
  readonly plugins: readonly Plugin[];
  /** Those that are left out: a job that sets one of their variables is told. */
  readonly disabled?: readonly Plugin[];
  readonly runner: RunnerConfig;
  /** Default `whole`. */
  readonly overwriteMatch?: OverwriteMatch;
  readonly shell: Pick<Shell, 'containerCommand'>;
  readonly logger: Logger;
}

/** What one Pod of a job is built from, besides the job. */
export interface BuildOptions {
  readonly plan: Pick<Plan, 'timeoutSeconds'>;
  /** Files of `paths.jobDir`. */
  readonly files: ReadonlyMap<string, string>;
  /** The job's place among those of its project and runner; 0-based. */
  readonly slot: number;
  /** Eight characters `[a-z0-9]` that make the Pod's name unique. */
  readonly random: string;
  /** Who has to answer for the Pod; absent where it is nobody's to sweep. */
  readonly manager?: RunnerManager | undefined;
}

/** The plugins of one runner, set up with its configuration. Serves any number of jobs at once. */
export class Executor {
  readonly hooks: ExecutorHooks = createHooks();
  readonly runner: RunnerConfig;
  /** Variables whose values are secrets by their nature. */
  readonly secretNames: ReadonlySet<string>;
  readonly #disabled: readonly Plugin[];
  readonly #guard = new Guard(this.hooks);
  readonly #shell: ExecutorOptions['shell'];

  /** @throws PluginLoadError when a plugin cannot be set up */
  constructor(options: ExecutorOptions) {
    this.runner = options.runner;
    this.#shell = options.shell;
    this.#disabled = options.disabled ?? [];
    const variables = [...options.plugins, ...this.#disabled].flatMap((plugin) => plugin.variables);
    this.secretNames = new Set(variables.filter(({ secret }) => secret).map(({ name }) => name));
    const overwriteMatch = options.overwriteMatch ?? 'whole';
    for (const plugin of options.plugins) {
      const logger = options.logger.child({ plugin: plugin.name });
      const config = options.runner.kubernetes.get(plugin.name);
      if (!config) throw new PluginLoadError(plugin.name, 'has no configuration: the config was loaded without it');
      const setup = { hooks: this.hooks, config: freezeDeep(config), logger, overwriteMatch };
      this.#guard.applying(plugin.name, () => plugin.apply(setup));
    }
  }

  /** Calls and time of each tap so far. */
  get timings(): readonly Readonly<TapTiming>[] {
    return this.#guard.timings;
  }

  /** A job that nobody was asked about yet. */
  createJob(options: JobContextOptions): JobUnderWay {
    return new JobUnderWay(this.runner, options);
  }

  /** Asks every plugin whether the job may run. @throws JobRejectedError or PluginError */
  async prepare(job: JobUnderWay): Promise<void> {
    for (const line of ignoredVariables(this.#disabled, job.variables)) job.log.warn(line);
    for (const line of flagLines(job.payload.variables)) job.log.warn(line);
    await this.hooks.prepare.promise(job);
    job.seal();
  }

  /** Builds the job's next Pod. @throws JobRejectedError, PodFieldConflictError or PluginError */
  build(job: JobUnderWay, options: BuildOptions): Promise<BuiltPod> {
    job.attempt += 1;
    const unique = uniqueName(this.runner, job.payload, options.slot);
    const skeleton = podSkeleton(job, {
      uniqueName: unique,
      podName: podName(unique, options.random),
      manager: options.manager,
      files: options.files,
      timeoutSeconds: options.plan.timeoutSeconds,
      commands: {
        build: this.#shell.containerCommand('build', job.paths),
        helper: this.#shell.containerCommand('helper', job.paths),
      },
    });
    return buildPod(this.hooks, job, skeleton);
  }

  /**
   * Calls every `cleanup` tap, also after one failed.
   * @throws AggregateError of all failures
   */
  async cleanup(job: JobContext): Promise<void> {
    const errors: unknown[] = [];
    for (const tap of this.hooks.cleanup.taps) {
      try {
        await (tap.fn as (job: JobContext) => void | Promise<void>)(job);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(messageOf).join('; '));
  }
}
