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

/**
 * The plugins that a configuration asks for: the built-in ones without `disabled_plugins`, then those of npm packages,
 * which are looked up beside the configuration file.
 * @throws ConfigError for an unknown name in `disabled_plugins`, PluginLoadError for a package that is no plugin
 */
export async function loadPlugins(config: Config['podwright'], configPath: string): Promise<Plugin[]> {
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

  const builtIn = defaultPlugins.filter((plugin) => !disabled.includes(plugin.name));
  const foreign = await Promise.all(config.plugins.map((name) => importPlugin(name, configPath)));
  return checkPlugins([...builtIn.map((candidate) => ({ source: 'built-in', candidate })), ...foreign]);
}

async function importPlugin(name: string, configPath: string): Promise<PluginSource> {
  try {
    const file = createRequire(configPath).resolve(name);
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const exported = Object.values(module);
    return { source: name, candidate: exported.find(isPlugin) ?? exported[0] };
  } catch (error) {
    throw new PluginLoadError(name, `cannot be imported: ${messageOf(error)}`, { cause: error });
  }
}

function isPlugin(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'apply' in value && 'configSchema' in value;
}
