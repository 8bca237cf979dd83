import type { ConnectionConfig } from '@podwright/cluster';
import { ConfigError, type OverwriteMatch, type Plugin, type Problem, type RunnerConfig } from '@podwright/core';
import type { IdentityConfig } from '@podwright/plugin-identity';
import { connectionOwner, readConfiguration } from './read-configuration.ts';

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
  /** Replaces `namespace`. A job that may choose another one still does. */
  readonly namespace?: string | undefined;
}

/** One runner with its plugins. */
export interface Configuration {
  readonly runner: RunnerConfig;
  readonly plugins: readonly Plugin[];
  /** Built-in plugins that are left out. */
  readonly disabled: readonly Plugin[];
  readonly overwriteMatch: OverwriteMatch;
  /** What the administrator should know of the runner's configuration. */
  readonly notices: readonly Problem[];
  readonly connection: ConnectionConfig;
}

/**
 * Reads a `config.toml` and takes one runner out of it.
 * @throws ConfigError with all problems, unknown keys included; PluginLoadError for a plugin that cannot be used
 */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const read = await readConfiguration(options.file, options.cwd);
  const { source, config, unknownKeys, notices } = read;
  if (unknownKeys.length > 0) throw new ConfigError(source, unknownKeys);
  const chosen = chooseRunner(config.runners, source, options.runner);
  const runner = withNamespace(withImages(chosen, options), options);
  const own = `runners[${config.runners.indexOf(chosen)}].`;
  return {
    runner,
    plugins: read.enabled.map(({ plugin }) => plugin),
    disabled: read.disabled.map(({ plugin }) => plugin),
    overwriteMatch: config.podwright.overwrite_match,
    notices: notices.filter(({ path }) => path.startsWith(own)),
    connection: runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig,
  };
}

/** What the runner itself needs of the plugin identity; empty when it is not set or the plugin is disabled. */
export function identityOf(runner: RunnerConfig): Pick<IdentityConfig, 'namespace' | 'bearer_token'> {
  const { namespace = '', bearer_token = '' }: Partial<IdentityConfig> = runner.kubernetes.get('identity') ?? {};
  return { namespace, bearer_token };
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

/** The plugin would go by the configuration; where it is disabled, nobody but the command itself names a namespace. */
function withNamespace(runner: RunnerConfig, { namespace }: ConfigurationOptions): RunnerConfig {
  const own = runner.kubernetes.get('identity');
  if (own === undefined || namespace === undefined) return runner;
  return { ...runner, kubernetes: new Map([...runner.kubernetes, ['identity', { ...own, namespace }]]) };
}
