import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connectionConfigSchema, type ConnectionConfig } from '@podwright/cluster';
import {
  ConfigError,
  joinPath,
  loadConfig,
  messageOf,
  type ConfigOwner,
  type Plugin,
  type Problem,
  type RunnerConfig,
} from '@podwright/core';
import { defaultPlugins } from './default-plugins.ts';
import { loadPlugins } from './load-plugins.ts';

/** Where the configuration of one runner comes from. */
export interface ConfigurationOptions {
  readonly cwd: string;
  /** Path of a `config.toml`; undefined for one with nothing but defaults. */
  readonly file: string | undefined;
  /** Name of the runner in it. */
  readonly runner: string | undefined;
  /** Replaces `helper_image`. */
  readonly helperImage: string | undefined;
  /** Stands for `image` where that is not set. */
  readonly fallbackImage: string | undefined;
}

/** One runner with its plugins. */
export interface Configuration {
  readonly runner: RunnerConfig;
  readonly plugins: readonly Plugin[];
  readonly connection: ConnectionConfig;
}

const connectionOwner: ConfigOwner = { name: 'cluster', configSchema: connectionConfigSchema };
/** The token has no meaning but to name the Pods. */
const nothing = '[[runners]]\ntoken = "exec"\n';

/**
 * Reads a `config.toml` and takes one runner out of it.
 * @throws ConfigError with all problems, unknown keys included; PluginLoadError for a plugin that cannot be used
 */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const source = options.file ?? 'default configuration';
  const text = options.file === undefined ? nothing : await readText(options.file, options.cwd);
  // Which plugins there are is written in the file, and who owns its keys depends on the plugins: so it is read twice.
  const first = loadConfig(text, { source, owners: [...defaultPlugins, connectionOwner] });
  const plugins = await loadPlugins(first.config.podwright, resolve(options.cwd, options.file ?? 'config.toml'));
  const { config, unknownKeys } = loadConfig(text, { source, owners: [...plugins, connectionOwner] });
  if (unknownKeys.length > 0) throw new ConfigError(source, unknownKeys.map(explainDisabled(plugins)));
  const runner = withImages(chooseRunner(config.runners, source, options.runner), options);
  return { runner, plugins, connection: runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig };
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: messageOf(error), kind: 'invalid' }], { cause: error });
  }
}

function explainDisabled(plugins: readonly Plugin[]): (problem: Problem) => Problem {
  const disabled = defaultPlugins.filter((plugin) => !plugins.includes(plugin));
  return (problem) => {
    const owner = disabled.find(({ configSchema }) =>
      Object.keys(configSchema.shape).some((key) => problem.path.endsWith(joinPath('.kubernetes', [key]))),
    );
    return owner === undefined
      ? problem
      : { ...problem, message: `belongs to the plugin ${owner.name}, which is disabled` };
  };
}

function chooseRunner(runners: readonly RunnerConfig[], source: string, name: string | undefined): RunnerConfig {
  const matching = name === undefined ? runners : runners.filter((runner) => runner.name === name);
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  throw new ConfigError(source, [{ path: 'runners', message: choiceMessage(runners, name), kind: 'invalid' }]);
}

function choiceMessage(runners: readonly RunnerConfig[], name: string | undefined): string {
  if (runners.length === 0) return 'there is no [[runners]]';
  const names = runners.map((runner) => runner.name || '(without a name)').join(', ');
  if (name === undefined) return `there are several, name one with --runner: ${names}`;
  const count = runners.filter((runner) => runner.name === name).length;
  return `${count === 0 ? 'none has' : `${count} have`} the name ${JSON.stringify(name)}: ${names}`;
}

/** @throws ConfigError when an image was asked for and the plugin that would set it is disabled */
function withImages(runner: RunnerConfig, { helperImage, fallbackImage }: ConfigurationOptions): RunnerConfig {
  const own = runner.kubernetes.get('images');
  if (own === undefined) {
    if (helperImage === undefined) return runner;
    const message = 'belongs to the plugin images, which is disabled';
    throw new ConfigError('command line', [{ path: '--helper-image', message, kind: 'invalid' }]);
  }
  const images = {
    ...own,
    image: own['image'] || (fallbackImage ?? ''),
    helper_image: helperImage ?? own['helper_image'],
  };
  return { ...runner, kubernetes: new Map([...runner.kubernetes, ['images', images]]) };
}
