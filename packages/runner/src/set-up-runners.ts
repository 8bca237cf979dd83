import {
  Executor,
  PluginLoadError,
  defaultRunnerConfig,
  type Config,
  type InspectedRunner,
  type Plugin,
  type Problem,
  type RunnerConfig,
} from '@podwright/core';
import { createShell } from '@podwright/shell';
import type { LoadedPlugins } from './load-plugins.ts';
import { createLogger } from './logger.ts';
import type { Io } from './io.ts';
import type { ReadConfiguration } from './read-configuration.ts';

/** What all runners have in common. */
interface SetUp {
  readonly podwright: Config['podwright'];
  readonly io: Pick<Io, 'stderr'>;
}

/**
 * Sets the plugins up for each runner of a configuration, in its order.
 * @throws PluginLoadError when a plugin cannot be set up with what is configured
 */
export function setUpRunners({ config, enabled }: ReadConfiguration, io: Pick<Io, 'stderr'>): Executor[] {
  const plugins = enabled.map(({ plugin }) => plugin);
  return config.runners.map((runner) => setUp(plugins, runner, { podwright: config.podwright, io }));
}

/** Tries each plugin with each runner whose part for it is valid. Of each plugin the first problem is told. */
export function setUpProblems(
  runners: readonly InspectedRunner[],
  { enabled }: Pick<LoadedPlugins, 'enabled'>,
  options: SetUp,
): Problem[] {
  return enabled.flatMap(({ plugin }) => {
    const found = runners.flatMap((runner) => setUpProblem(plugin, runner, options));
    return found.slice(0, 1);
  });
}

function setUpProblem(plugin: Plugin, { path, kubernetes }: InspectedRunner, options: SetUp): Problem[] {
  if (!kubernetes.has(plugin.name)) return [];
  try {
    setUp([plugin], { ...defaultRunnerConfig([]), kubernetes }, options);
    return [];
  } catch (error) {
    if (!(error instanceof PluginLoadError)) throw error;
    return [{ path: `${path}.kubernetes`, message: error.what, plugin: plugin.name, kind: 'invalid' }];
  }
}

function setUp(plugins: readonly Plugin[], runner: RunnerConfig, { podwright, io }: SetUp): Executor {
  return new Executor({
    plugins,
    runner,
    overwriteMatch: podwright.overwrite_match,
    shell: createShell(),
    logger: createLogger('error', io.stderr),
  });
}
