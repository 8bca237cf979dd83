import type { z } from 'zod';
import { ConfigError, type Problem } from '../errors.ts';
import type { ConfigNotice, NoticeContext } from '../plugin.ts';
import { inspectConfig } from './inspect.ts';
import { inspectRunner } from './inspect-runner.ts';
import type { Config, RunnerConfig } from './runner-config.ts';

/** Who owns keys of `[runners.kubernetes]` or `[runners.cache]`: a plugin, or a package with a schema of its own. */
export interface ConfigOwner {
  readonly name: string;
  readonly configSchema: z.ZodObject;
  /** See `PluginDefinition`; paths are below the table in which the keys are. */
  notices?(config: unknown, context: NoticeContext): readonly ConfigNotice[];
}

/** Who owns the keys that are not core's. */
export interface ConfigOwners {
  /** The plugins, and who else owns keys of `[runners.kubernetes]`. */
  readonly owners: readonly ConfigOwner[];
  /** Who owns `[runners.cache]`. Without one it is taken as it is. */
  readonly cacheOwner?: ConfigOwner;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Keys that nobody owns. A daemon goes on with a warning; `config check` and one-off commands refuse them. */
  readonly unknownKeys: readonly Problem[];
  /** What the administrator should know, though it is legal. */
  readonly notices: readonly Problem[];
}

/**
 * Reads a `config.toml`.
 * @param text the file's content
 * @param options.source what to call it in errors: the file's path
 * @throws ConfigError with every problem of the file, unknown keys included, when any value is invalid
 */
export function loadConfig(text: string, options: ConfigOwners & { source: string }): LoadedConfig {
  const { config, problems } = inspectConfig(text, options);
  const notices = problems.filter(({ kind }) => kind === 'notice');
  const others = problems.filter(({ kind }) => kind !== 'notice');
  if (config === undefined) throw new ConfigError(options.source, others);
  return { config, unknownKeys: others, notices };
}

/** A runner with nothing configured. */
export function defaultRunnerConfig(owners: readonly ConfigOwner[]): RunnerConfig {
  return inspectRunner({}, 'runners[0]', { owners }, []).config as RunnerConfig;
}
