import type { Connection, ConnectionConfig, LoadConnectionOptions } from '@podwright/cluster';
import {
  ConfigError,
  formatProblem,
  type InspectedRunner,
  type OverwriteMatch,
  type Plugin,
  type RunnerConfig,
} from '@podwright/core';
import type { IdentityConfig } from '@podwright/plugin-identity';
import { chooseRunner } from './choose-runner.ts';
import { connectionOwner, examineConfiguration, usable, type ExaminedConfiguration } from './read-configuration.ts';
import { tryConnection, type TriedConnection } from './try-connection.ts';
import type { Io } from './io.ts';

/** Where the configuration of one runner comes from. */
export interface ConfigurationOptions {
  readonly io: Pick<Io, 'cwd' | 'stderr'>;
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
  /** Given when the file's runner will be asked for its cluster, so that what is wrong there is said with all else. */
  readonly connect?: LoadConnectionOptions | undefined;
}

/** One runner with its plugins. */
export interface Configuration {
  readonly runner: RunnerConfig;
  readonly plugins: readonly Plugin[];
  /** Built-in plugins that are left out. */
  readonly disabled: readonly Plugin[];
  readonly overwriteMatch: OverwriteMatch;
  /** What the administrator should know of the runner's configuration, a line each. */
  readonly notices: readonly string[];
  readonly connectionConfig: ConnectionConfig;
  /** Absolute; paths in the configuration are relative to it. */
  readonly directory: string;
  /** Present when a file was read with `connect`. */
  readonly connection?: Connection;
}

/**
 * Reads a `config.toml` and takes one runner out of it.
 * @throws ConfigError with all problems: of the file, its plugins, the choice of the runner, and its connection
 */
export async function loadConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const examined = await examineConfiguration(options.file, options.io);
  const { runner: chosen, problems } = chooseRunner(examined.runners, options.runner);
  const tried = chosen === undefined ? undefined : await connectionOf(chosen, options);
  const failed = tried !== undefined && 'problems' in tried ? tried.problems : [];
  const read = usable(examined, [...problems, ...failed]);
  // Whatever is wrong with it has just been thrown.
  const { config, path } = chosen as typeof chosen & { readonly config: RunnerConfig; readonly path: string };
  const runner = withNamespace(withImages(config, options), options);
  return {
    runner,
    plugins: read.enabled.map(({ plugin }) => plugin),
    disabled: read.disabled.map(({ plugin }) => plugin),
    overwriteMatch: read.config.podwright.overwrite_match,
    notices: noticesFor(path, read, options),
    directory: read.directory,
    connectionConfig: runner.kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig,
    ...(tried !== undefined && 'connection' in tried && { connection: tried.connection }),
  };
}

async function connectionOf(
  { kubernetes, path }: Pick<InspectedRunner, 'kubernetes' | 'path'>,
  { file, connect }: ConfigurationOptions,
): Promise<TriedConnection | undefined> {
  const config = kubernetes.get(connectionOwner.name) as unknown as ConnectionConfig | undefined;
  if (file === undefined || connect === undefined || config === undefined) return undefined;
  return tryConnection(config, path, { bearerToken: identityOf({ kubernetes }).bearer_token, ...connect });
}

/** Those of the runner; and which ones were left out, when nobody named this one. */
function noticesFor(
  path: string,
  { problems, runners, source }: ExaminedConfiguration,
  { runner }: ConfigurationOptions,
): string[] {
  const leftOut = runner === undefined ? runners.filter(({ isForeign }) => isForeign) : [];
  const places = [path, ...leftOut.map((foreign) => foreign.path)];
  return problems
    .filter((problem) => places.some((place) => problem.path.startsWith(`${place}.`)))
    .map((problem) => formatProblem(problem, source));
}

/** What the runner itself needs of the plugin identity; empty when it is not set or the plugin is disabled. */
export function identityOf(
  runner: Pick<RunnerConfig, 'kubernetes'>,
): Pick<IdentityConfig, 'namespace' | 'bearer_token'> {
  const { namespace = '', bearer_token = '' }: Partial<IdentityConfig> = runner.kubernetes.get('identity') ?? {};
  return { namespace, bearer_token };
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
