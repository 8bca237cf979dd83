import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connectionConfigSchema } from '@podwright/cluster';
import {
  ConfigError,
  joinPath,
  loadConfig,
  loadPodwrightTable,
  messageOf,
  type Config,
  type ConfigOwner,
  type Problem,
} from '@podwright/core';
import { loadPlugins, type LoadedPlugins } from './load-plugins.ts';

/** A whole configuration with its plugins. */
export interface ReadConfiguration extends LoadedPlugins {
  /** What to call it in errors. */
  readonly source: string;
  readonly config: Config;
  /** Keys that nobody listens to, those of disabled plugins included. */
  readonly unknownKeys: readonly Problem[];
  readonly notices: readonly Problem[];
}

/** Who owns the keys that say how to reach the cluster. */
export const connectionOwner: ConfigOwner = { name: 'cluster', configSchema: connectionConfigSchema };

/** The token has no meaning but to name the Pods. */
const nothing = '[[runners]]\ntoken = "exec"\n';

/**
 * Reads a `config.toml` and loads its plugins.
 * @param file path; undefined for a configuration with one runner and nothing but defaults
 * @throws ConfigError with all problems, when any value is invalid; PluginLoadError for a plugin that cannot be used
 */
export async function readConfiguration(file: string | undefined, cwd: string): Promise<ReadConfiguration> {
  const source = file ?? 'default configuration';
  const text = file === undefined ? nothing : await readText(file, cwd);
  // Which plugins there are is written in the file, and who owns its keys depends on the plugins: so it is read twice.
  const plugins = await loadPlugins(loadPodwrightTable(text, source), resolve(cwd, file ?? 'config.toml'));
  const owners = plugins.enabled.map(({ plugin }) => plugin);
  const { config, unknownKeys, notices } = loadConfig(text, { source, owners: [...owners, connectionOwner] });
  return { ...plugins, source, config, unknownKeys: unknownKeys.map(explainDisabled(plugins)), notices };
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

function explainDisabled({ disabled }: LoadedPlugins): (problem: Problem) => Problem {
  return (problem) => {
    const owner = disabled.find(({ plugin }) =>
      Object.keys(plugin.configSchema.shape).some((key) => problem.path.endsWith(joinPath('.kubernetes', [key]))),
    );
    if (owner === undefined) return problem;
    return { ...problem, message: `belongs to the plugin ${owner.plugin.name}, which is disabled` };
  };
}
