import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  ConfigError,
  PluginLoadError,
  checkPlugins,
  messageOf,
  unknownKey,
  type Config,
  type Plugin,
  type PluginSource,
} from '@podwright/core';
import { defaultPlugins } from './default-plugins.ts';
import { version } from './version.ts';

type PluginsConfig = Pick<Config['podwright'], 'plugins' | 'disabled_plugins'>;

/** A plugin with where it comes from. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** `built-in`, or the name of its npm package. */
  readonly source: string;
  /** Of its package; empty where that does not say. */
  readonly version: string;
}

/** The plugins of a configuration. */
export interface LoadedPlugins {
  /** In the order in which they run. */
  readonly enabled: readonly LoadedPlugin[];
  /** The built-in ones that are left out. */
  readonly disabled: readonly LoadedPlugin[];
}

/**
 * The plugins that a configuration asks for: the built-in ones without `disabled_plugins`, then those of npm packages,
 * which are looked up beside the configuration file.
 * @throws ConfigError for an unknown name in `disabled_plugins`, PluginLoadError for a package that is no plugin
 */
export async function loadPlugins(config: PluginsConfig, configPath: string): Promise<LoadedPlugins> {
  const disabled = config.disabled_plugins;
  const names = defaultPlugins.map((plugin) => plugin.name);
  const problems = disabled
    .map((name, i) => ({ name, path: `podwright.disabled_plugins[${i}]` }))
    .filter(({ name }) => !names.includes(name))
    .map(({ name, path }) => {
      const guess = unknownKey('', name, names).message.replace('unknown key', '');
      const message = `no built-in plugin ${JSON.stringify(name)}${guess}; they are ${names.join(', ')}`;
      return { path, message, kind: 'invalid' as const };
    });
  if (problems.length > 0) throw new ConfigError(configPath, problems);

  const builtIn = defaultPlugins.map((plugin) => ({ source: 'built-in', version, candidate: plugin }));
  const isDisabled = ({ candidate }: (typeof builtIn)[number]) => disabled.includes(candidate.name);
  const foreign = await Promise.all(config.plugins.map((name) => importPlugin(name, configPath)));
  const wanted = [...builtIn.filter((entry) => !isDisabled(entry)), ...foreign];
  const checked = checkPlugins(wanted);
  return {
    enabled: wanted.map((entry, i) => ({ plugin: checked[i] as Plugin, source: entry.source, version: entry.version })),
    disabled: builtIn.filter(isDisabled).map(({ candidate, ...origin }) => ({ plugin: candidate, ...origin })),
  };
}

async function importPlugin(name: string, configPath: string): Promise<PluginSource & { readonly version: string }> {
  try {
    const require = createRequire(configPath);
    const module = (await import(pathToFileURL(require.resolve(name)).href)) as Record<string, unknown>;
    const exported = Object.values(module);
    return { source: name, version: versionOf(name, require), candidate: exported.find(isPlugin) ?? exported[0] };
  } catch (error) {
    throw new PluginLoadError(name, `cannot be imported: ${messageOf(error)}`, { cause: error });
  }
}

function versionOf(name: string, require: NodeJS.Require): string {
  try {
    return (require(`${name}/package.json`) as { version?: string }).version ?? '';
  } catch {
    // It does not export its package.json.
    return '';
  }
}

function isPlugin(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'apply' in value && 'configSchema' in value;
}
