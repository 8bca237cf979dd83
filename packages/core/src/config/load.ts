import type { z } from 'zod';
import { ConfigError, type Problem } from '../errors.ts';
import { freezeDeep } from '../freeze.ts';
import type { ConfigNotice, NoticeContext } from '../plugin.ts';
import { checkTable } from './check-table.ts';
import { inOrder } from './in-order.ts';
import { inItsPlace } from './misplaced-keys.ts';
import { noticesOf } from './notices.ts';
import { parseToml } from './parse-toml.ts';
import { joinPath, toProblems, unknownKey } from './problems.ts';
import {
  executorConfigSchema,
  globalConfigSchema,
  podwrightConfigSchema,
  runnerConfigSchema,
  type Config,
  type RunnerConfig,
} from './runner-config.ts';

/** Who owns keys of `[runners.kubernetes]`: a plugin, or a package with a schema of its own. */
export interface ConfigOwner {
  readonly name: string;
  readonly configSchema: z.ZodObject;
  /** See `PluginDefinition`. */
  notices?(config: unknown, context: NoticeContext): readonly ConfigNotice[];
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
 * @param options.owners the plugins, and who else owns keys of `[runners.kubernetes]`
 * @throws ConfigError with every problem of the file, unknown keys included, when any value is invalid
 */
export function loadConfig(text: string, options: { source: string; owners: readonly ConfigOwner[] }): LoadedConfig {
  const { source, owners } = options;
  const table = parseToml(text, source);
  const problems: Problem[] = [];
  const { runners: runnerTables = [], ...globalTable } = table;
  const known = Object.keys(globalConfigSchema.shape);
  const globals = checkTable(globalConfigSchema, globalTable, { path: '', known }, problems);
  if (!Array.isArray(runnerTables)) {
    problems.push({ path: 'runners', message: 'must be an array of tables, [[runners]]', kind: 'invalid' });
  }
  const runners = (Array.isArray(runnerTables) ? runnerTables : []).map((runner: unknown, i) =>
    loadRunner(runner, `runners[${i}]`, owners, problems),
  );
  const found = problems.map((problem) => inItsPlace(problem, owners));
  if (problems.some((p) => p.kind === 'invalid')) throw new ConfigError(source, inOrder(found, text));
  const config = { ...globals, runners } as unknown as Config;
  return { config, unknownKeys: inOrder(found, text), notices: inOrder(noticesOf(config, owners), text) };
}

/**
 * Reads only what `[podwright]` says, and judges nothing else: who owns the other keys depends on the plugins in it.
 * @throws ConfigError for what is no TOML, and for problems of that table
 */
export function loadPodwrightTable(text: string, source: string): Config['podwright'] {
  const { podwright = {} } = parseToml(text, source);
  const parsed = podwrightConfigSchema.strip().safeParse(podwright);
  if (parsed.success) return parsed.data;
  throw new ConfigError(source, inOrder(toProblems(parsed.error, 'podwright'), text));
}

/** A runner with nothing configured. */
export function defaultRunnerConfig(owners: readonly ConfigOwner[]): RunnerConfig {
  return loadRunner({}, 'runners[0]', owners, []) as RunnerConfig;
}

function loadRunner(
  table: unknown,
  path: string,
  owners: readonly ConfigOwner[],
  problems: Problem[],
): RunnerConfig | undefined {
  if (!isTable(table)) {
    problems.push({ path, message: 'must be a table', kind: 'invalid' });
    return undefined;
  }
  const { kubernetes: kubernetesTable = {}, ...own } = table;
  const known = [...Object.keys(runnerConfigSchema.shape), 'kubernetes'];
  const runner = checkTable(runnerConfigSchema, own, { path, known }, problems);
  const kubernetesPath = `${path}.kubernetes`;
  if (!isTable(kubernetesTable)) {
    problems.push({ path: kubernetesPath, message: 'must be a table', kind: 'invalid' });
    return undefined;
  }
  const parts = splitByOwner(kubernetesTable, kubernetesPath, owners, problems);
  return freezeDeep({
    ...(runner as z.output<typeof runnerConfigSchema>),
    executorConfig: parts.get('core') as RunnerConfig['executorConfig'],
    kubernetes: parts,
  });
}

/** Gives each owner its own keys, parsed; what is left over is unknown. */
function splitByOwner(
  table: Record<string, unknown>,
  path: string,
  owners: readonly ConfigOwner[],
  problems: Problem[],
): Map<string, Record<string, unknown>> {
  const all: readonly ConfigOwner[] = [{ name: 'core', configSchema: executorConfigSchema }, ...owners];
  const known = all.flatMap((owner) => Object.keys(owner.configSchema.shape));
  const parts = new Map<string, Record<string, unknown>>();
  for (const { name, configSchema } of all) {
    const own = Object.fromEntries(Object.entries(table).filter(([key]) => Object.hasOwn(configSchema.shape, key)));
    const part = checkTable(configSchema, own, { path, ...(name === 'core' ? {} : { plugin: name }) }, problems);
    if (part !== undefined) parts.set(name, freezeDeep(part));
  }
  for (const key of Object.keys(table)) {
    if (!known.includes(key)) problems.push(unknownKey(joinPath(path, [key]), key, known));
  }
  return parts;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
