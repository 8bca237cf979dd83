import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { cacheConfigSchema, cacheNotices, credentialsFileProblem, type CacheConfig } from '@podwright/cache';
import { connectionConfigSchema } from '@podwright/cluster';
import {
  ConfigError,
  inspectConfig,
  loadPodwrightTable,
  messageOf,
  type Config,
  type ConfigOwner,
  type InspectedConfig,
  type InspectedRunner,
  type Problem,
} from '@podwright/core';
import { loadPlugins, type LoadedPlugins } from './load-plugins.ts';
import { setUpProblems } from './set-up-runners.ts';
import type { Io } from './io.ts';

/** All that there is to say of a configuration, and its plugins. */
export interface ExaminedConfiguration extends LoadedPlugins, InspectedConfig {
  /** What to call it in errors. */
  readonly source: string;
  /** Absolute; paths in the file are relative to it. */
  readonly directory: string;
  /** Of the file and the plugins, of all kinds; with their lines, in the order of the file. */
  readonly problems: readonly Problem[];
}

/** A whole configuration that can be used, with its plugins. */
export interface ReadConfiguration extends ExaminedConfiguration {
  readonly config: Config;
}

/** Who owns the keys that say how to reach the cluster. */
export const connectionOwner: ConfigOwner = { name: 'cluster', configSchema: connectionConfigSchema };

/** Who owns `[runners.cache]`. */
export const cacheOwner: ConfigOwner = {
  name: 'cache',
  configSchema: cacheConfigSchema,
  notices: (config) => cacheNotices(config as CacheConfig),
};

/** The token has no meaning but to name the Pods. */
const nothing = '[[runners]]\ntoken = "exec"\n';

/**
 * Reads a `config.toml`, loads its plugins and sets them up, and finds everything that is to be said of all that.
 * @param file path; undefined for a configuration with one runner and nothing but defaults
 * @throws ConfigError only for a file that cannot be read or is no TOML
 */
export async function examineConfiguration(
  file: string | undefined,
  io: Pick<Io, 'cwd' | 'stderr'>,
): Promise<ExaminedConfiguration> {
  const text = file === undefined ? nothing : await readText(file, io.cwd);
  return examineText(text, file, io);
}

/**
 * The same for a text that is not in its file yet.
 * @param file where it is to be; plugins are looked for beside it
 */
export async function examineText(
  text: string,
  file: string | undefined,
  io: Pick<Io, 'cwd' | 'stderr'>,
): Promise<ExaminedConfiguration> {
  const source = file ?? 'default configuration';
  // Which plugins there are is written in the file, and who owns its keys depends on the plugins: so it is read twice.
  const podwright = loadPodwrightTable(text, source);
  const path = resolve(io.cwd, file ?? 'config.toml');
  const plugins = await loadPlugins(podwright, path);
  const inspected = inspectConfig(text, {
    source,
    owners: [...plugins.enabled.map(({ plugin }) => plugin), connectionOwner],
    cacheOwner,
    disabled: plugins.disabled.map(({ plugin }) => plugin),
    missing: plugins.missing,
  });
  const setUp = setUpProblems(inspected.runners, plugins, { podwright, io });
  const directory = dirname(path);
  const files = await cacheFileProblems(inspected.runners, directory);
  const problems = inspected.inOrder([...inspected.problems, ...plugins.problems, ...setUp, ...files]);
  return { ...plugins, ...inspected, source, directory, problems };
}

async function cacheFileProblems(runners: readonly InspectedRunner[], directory: string): Promise<Problem[]> {
  const found = runners.map(async ({ own, path }): Promise<Problem[]> => {
    if (own === undefined) return [];
    const message = await credentialsFileProblem(own.cache as CacheConfig, directory);
    return message === undefined ? [] : [{ path: `${path}.cache.gcs.CredentialsFile`, message, kind: 'invalid' }];
  });
  return (await Promise.all(found)).flat();
}

/**
 * The configuration, when nothing is wrong with it.
 * @param more further problems of the same file
 * @throws ConfigError with all problems, unknown keys and warnings included
 */
export function usable(examined: ExaminedConfiguration, more: readonly Problem[] = []): ReadConfiguration {
  const { config, source } = examined;
  const problems = examined.inOrder([...examined.problems, ...more]);
  if (config === undefined || problems.some(({ kind }) => kind !== 'notice')) throw new ConfigError(source, problems);
  return { ...examined, config };
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    // Not quietly replaced by other characters: the file would mean something else.
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(resolve(cwd, file)));
  } catch (error) {
    const message = error instanceof TypeError ? 'is not valid UTF-8' : messageOf(error);
    throw new ConfigError(file, [{ path: '', message, kind: 'invalid' }], { cause: error });
  }
}
