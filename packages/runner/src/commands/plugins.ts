import { clusterRbac } from '@podwright/cluster';
import { executorConfigSchema, type RbacRule } from '@podwright/core';
import { stringify } from 'yaml';
import { exitStatus } from '../exit-status.ts';
import { connectionOwner, examineConfiguration, usable, type ReadConfiguration } from '../read-configuration.ts';
import { roleOf } from '../role-of.ts';
import { setUpRunners } from '../set-up-runners.ts';
import { version } from '../version.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';
import type { LoadedPlugin } from '../load-plugins.ts';

export interface PluginsOptions {
  readonly config?: string;
  /** `role`: no list, but the Kubernetes Role that permits what all enabled ones need. */
  readonly output: 'text' | 'json' | 'role';
}

/** What there is to know of one plugin. */
interface PluginInfo {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly enabled: boolean;
  /** Of `[runners.kubernetes]`. */
  readonly keys: readonly string[];
  readonly variables: readonly string[];
  /** Those that it taps with this configuration. */
  readonly hooks: readonly string[];
  readonly rbac: readonly RbacRule[];
}

/**
 * Lists the plugins of a configuration, with what each owns, taps and needs.
 * @returns the exit status
 * @throws ConfigError with all problems
 */
export async function plugins(options: PluginsOptions, io: Io): Promise<number> {
  const read = usable(await examineConfiguration(options.config, io));
  const hooks = tappedHooks(read, io);
  const infos = [
    ...ownParts(),
    ...read.enabled.map((loaded) => infoOf(loaded, true, hooks)),
    ...read.disabled.map((loaded) => infoOf(loaded, false, hooks)),
  ];
  await write(io, printed(infos, options.output));
  return exitStatus.success;
}

function printed(infos: readonly PluginInfo[], output: PluginsOptions['output']): string {
  switch (output) {
    case 'json':
      return `${JSON.stringify(infos, null, 2)}\n`;
    case 'role':
      return stringify(roleOf(infos.filter(({ enabled }) => enabled).flatMap(({ rbac }) => rbac)), {
        singleQuote: true,
      });
    case 'text':
      return infos.map(asText).join('\n');
  }
}

/** What is always there. */
function ownParts(): PluginInfo[] {
  const common = { version, source: 'built-in', enabled: true, variables: [], hooks: [] };
  return [
    { ...common, name: 'core', keys: Object.keys(executorConfigSchema.shape), rbac: [] },
    { ...common, name: connectionOwner.name, keys: Object.keys(connectionOwner.configSchema.shape), rbac: clusterRbac },
  ];
}

function infoOf(loaded: LoadedPlugin, enabled: boolean, hooks: ReadonlyMap<string, readonly string[]>): PluginInfo {
  const { plugin, source } = loaded;
  return {
    name: plugin.name,
    version: loaded.version,
    source,
    enabled,
    keys: Object.keys(plugin.configSchema.shape),
    variables: plugin.variables.map(({ name }) => name),
    hooks: hooks.get(plugin.name) ?? [],
    rbac: plugin.rbac,
  };
}

/** The hooks that each plugin taps for any of the runners. */
function tappedHooks(read: ReadConfiguration, io: Io): Map<string, string[]> {
  const tapped = setUpRunners(read, io).flatMap(({ timings }) => timings);
  return new Map(
    read.enabled.map(({ plugin: { name } }) => {
      const hooks = tapped.filter(({ plugin }) => plugin === name).map(({ hook }) => hook);
      return [name, [...new Set(hooks)]];
    }),
  );
}

function asText(info: PluginInfo): string {
  const state = info.enabled ? '' : '  (disabled)';
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['keys', info.keys],
    ['variables', info.variables],
    ['hooks', info.hooks],
    [
      'rbac',
      info.rbac.map(
        ({ apiGroup, resource, verbs }) => `${[apiGroup, resource].filter(Boolean).join('/')} [${verbs.join(' ')}]`,
      ),
    ],
  ];
  const details = lines.filter(([, values]) => values.length > 0).map(([name, values]) => wrapped(name, values));
  return `${info.name} ${info.version}  ${info.source}${state}\n${details.join('')}`;
}

/** A list as lines of at most 100 characters. */
function wrapped(name: string, values: readonly string[]): string {
  const lines: string[] = [];
  for (const value of values) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + value.length < 84) lines[lines.length - 1] = `${last}, ${value}`;
    else lines.push(value);
  }
  return `${lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(10)} ${line}`).join(',\n')}\n`;
}
