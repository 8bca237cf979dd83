import semver from 'semver';
import { z } from 'zod';
import { PluginLoadError } from './errors.ts';
import type { Plugin } from './plugin.ts';
import { executorConfigSchema } from './config/runner-config.ts';
import { version } from './version.ts';

/** A candidate for a plugin, with where it came from, for errors: `built-in` or an npm package's name. */
export interface PluginSource {
  readonly source: string;
  readonly candidate: unknown;
}

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What became of the candidates. */
export interface ExaminedPlugins {
  /** Those that fit together, in their order. */
  readonly plugins: readonly Plugin[];
  /** Why the others were left out; `index` is that of the candidate. */
  readonly refused: readonly { readonly index: number; readonly error: PluginLoadError }[];
}

/**
 * Checks plugins in the order in which they are to run, one after the other, and leaves out those that do not fit: a wrong
 * shape or name, a foreign core version, a missing or later required plugin, a name or config key that is taken.
 */
export function examinePlugins(candidates: readonly PluginSource[]): ExaminedPlugins {
  const checked = new Map<string, { plugin: Plugin; source: string }>();
  const owners = new Map<string, string>(Object.keys(executorConfigSchema.shape).map((key) => [key, 'core']));
  const refused: { index: number; error: PluginLoadError }[] = [];
  for (const [index, { source, candidate }] of candidates.entries()) {
    try {
      const plugin = checkShape(candidate, source);
      const twin = checked.get(plugin.name);
      if (twin) throw new PluginLoadError(plugin.name, `is loaded twice: from ${twin.source} and from ${source}`);
      checkCoreVersion(plugin);
      checkRequires(plugin, [...checked.keys()], candidates);
      claimKeys(plugin, owners);
      checked.set(plugin.name, { plugin, source });
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      refused.push({ index, error });
    }
  }
  return { plugins: [...checked.values()].map(({ plugin }) => plugin), refused };
}

/**
 * Checks plugins in the order in which they are to run.
 * @returns the same plugins, known to fit together
 * @throws PluginLoadError for the first that does not, see `examinePlugins`
 */
export function checkPlugins(candidates: readonly PluginSource[]): Plugin[] {
  const { plugins, refused } = examinePlugins(candidates);
  const [first] = refused;
  if (first) throw first.error;
  return [...plugins];
}

function checkShape(candidate: unknown, source: string): Plugin {
  const plugin = candidate as Partial<Plugin> | null | undefined;
  const name = typeof plugin === 'object' && plugin !== null ? plugin.name : undefined;
  if (typeof name !== 'string') throw new PluginLoadError(source, 'is no plugin: it must be made by definePlugin');
  if (!namePattern.test(name)) {
    throw new PluginLoadError(source, `has the name "${name}"; a name is lower-case words joined by dashes`);
  }
  if (typeof plugin?.apply !== 'function' || typeof plugin.core !== 'string') {
    throw new PluginLoadError(name, `from ${source} is no plugin: it must be made by definePlugin`);
  }
  if (!(plugin.configSchema instanceof z.ZodObject)) {
    throw new PluginLoadError(name, `from ${source} has a configSchema that is not a zod object of zod 4`);
  }
  return plugin as Plugin;
}

function checkCoreVersion(plugin: Plugin): void {
  if (semver.validRange(plugin.core) === null) {
    throw new PluginLoadError(plugin.name, `asks for core "${plugin.core}", which is no version range`);
  }
  if (!semver.satisfies(version, plugin.core, { includePrerelease: true })) {
    throw new PluginLoadError(plugin.name, `works with core ${plugin.core}, and this is ${version}`);
  }
}

function checkRequires(plugin: Plugin, before: readonly string[], all: readonly PluginSource[]): void {
  for (const required of plugin.requires) {
    if (before.includes(required)) continue;
    const comesLater = all.some(({ candidate }) => (candidate as Partial<Plugin> | null)?.name === required);
    throw new PluginLoadError(
      plugin.name,
      comesLater ? `must come after plugin ${required}` : `requires plugin ${required}, which is not loaded`,
    );
  }
}

function claimKeys(plugin: Plugin, owners: Map<string, string>): void {
  const keys = Object.keys(plugin.configSchema.shape);
  for (const key of keys) {
    const owner = owners.get(key);
    if (owner !== undefined)
      throw new PluginLoadError(plugin.name, `owns the config key ${key}, which ${owner} owns already`);
  }
  for (const key of keys) owners.set(key, plugin.name);
}
