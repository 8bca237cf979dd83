import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  PluginLoadError,
  examinePlugins,
  messageOf,
  unknownKey,
  type Config,
  type Plugin,
  type PluginSource,
  type Problem,
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
  /** Packages that are no plugins, or do not fit to the others. */
  readonly missing: readonly string[];
  /** Why, and which names in `disabled_plugins` are those of nobody. */
  readonly problems: readonly Problem[];
}

/** What an npm package brings. */
interface Candidate extends PluginSource {
  readonly version: string;
}

/**
 * The plugins that a configuration asks for: the built-in ones without `disabled_plugins`, then those of npm packages,
 * which are looked up beside the configuration file.
 */
export async function loadPlugins(config: PluginsConfig, configPath: string): Promise<LoadedPlugins> {
  const all = defaultPlugins.map((plugin) => ({ plugin, source: 'built-in', version }));
  const isDisabled = ({ plugin }: LoadedPlugin) => config.disabled_plugins.includes(plugin.name);
  const builtIn = all.filter((loaded) => !isDisabled(loaded));
  const imported = await Promise.all(config.plugins.map((name) => importPlugin(name, configPath)));
  const found = [
    ...builtIn.map(({ plugin, ...origin }): Candidate => ({ candidate: plugin, ...origin })),
    ...imported.flatMap((one) => (one instanceof PluginLoadError ? [] : one)),
  ];
  const { plugins, refused } = examinePlugins(found);
  const failed = [
    ...imported.filter((one) => one instanceof PluginLoadError).map((error) => ({ source: error.plugin, error })),
    ...refused.map(({ index, error }) => ({ source: (found[index] as Candidate).source, error })),
  ];
  const isRefused = new Set(refused.map(({ index }) => index));
  const origins = found.filter((_, i) => !isRefused.has(i));
  return {
    enabled: plugins.map((plugin, i) => ({ plugin, ...originOf(origins[i] as Candidate) })),
    disabled: all.filter(isDisabled),
    missing: failed.map(({ source }) => source),
    problems: [
      ...unknownNames(config.disabled_plugins),
      ...failed.map(({ source, error }) => pluginProblem(error, config.plugins.indexOf(source))),
    ],
  };
}

/**
 * A plugin that cannot be used, as a problem of the configuration.
 * @param index of its package in `plugins`; less than 0 for a built-in plugin
 */
function pluginProblem({ plugin, what }: PluginLoadError, index: number): Problem {
  const path = index < 0 ? 'podwright.disabled_plugins' : `podwright.plugins[${index}]`;
  return { path, message: what, plugin, kind: 'invalid' };
}

function unknownNames(disabled: readonly string[]): Problem[] {
  const names = defaultPlugins.map((plugin) => plugin.name);
  return disabled.flatMap((name, i): Problem[] => {
    if (names.includes(name)) return [];
    const guess = unknownKey('', name, names).message.replace('unknown key', '');
    const message = `no built-in plugin ${JSON.stringify(name)}${guess}; they are ${names.join(', ')}`;
    return [{ path: `podwright.disabled_plugins[${i}]`, message, kind: 'invalid' }];
  });
}

function originOf({ source, version: ofPackage }: Candidate): Omit<LoadedPlugin, 'plugin'> {
  return { source, version: ofPackage };
}

async function importPlugin(name: string, configPath: string): Promise<Candidate | PluginLoadError> {
  try {
    const require = createRequire(configPath);
    const module = (await import(pathToFileURL(require.resolve(name)).href)) as Record<string, unknown>;
    const exported = Object.values(module);
    return { source: name, version: versionOf(name, require), candidate: exported.find(isPlugin) ?? exported[0] };
  } catch (error) {
    // Node.js goes on with the stack of modules that asked for it.
    const [message = ''] = messageOf(error).split('\n', 1);
    return new PluginLoadError(name, `cannot be imported: ${message}`, { cause: error });
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
