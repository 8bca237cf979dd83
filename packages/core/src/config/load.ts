import { parse } from 'toml';
import parser from 'toml/lib/parser.js';
import type { z } from 'zod';
import { ConfigError, messageOf, type Problem } from '../errors.ts';
import { freezeDeep } from '../freeze.ts';
import type { ConfigNotice, NoticeContext } from '../plugin.ts';
import { lineFinder } from './locate.ts';
import { runnerNotices } from './notices.ts';
import { joinPath, toProblems, unknownKey } from './problems.ts';
import {
  type Config,
  type RunnerConfig,
  executorConfigSchema,
  globalConfigSchema,
  podwrightConfigSchema,
  runnerConfigSchema,
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
  const globals = check(globalConfigSchema, globalTable, { path: '', known }, problems);
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

/** With their lines, in the order of the file. */
function inOrder(problems: readonly Problem[], text: string): Problem[] {
  if (problems.length === 0) return [];
  const lineOf = lineFinder(text, parser.parse(text));
  return problems
    .map((problem) => {
      const line = lineOf(problem.path);
      return line === undefined ? problem : { ...problem, line };
    })
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Says of an unknown key that stands one table too high or too low where it belongs. */
function inItsPlace(problem: Problem, owners: readonly ConfigOwner[]): Problem {
  if (problem.kind !== 'unknown_key') return problem;
  const [, inRunner, inKubernetes, key = ''] =
    /^(?:(runners\[\d+\]\.)(kubernetes\.)?)?([\w-]+)$/.exec(problem.path) ?? [];
  const isKubernetes = [executorConfigSchema, ...owners.map(({ configSchema }) => configSchema)].some(({ shape }) =>
    Object.hasOwn(shape, key),
  );
  const isRunner = Object.hasOwn(runnerConfigSchema.shape, key);
  if (inKubernetes === undefined && isKubernetes) {
    return { ...problem, message: `has no effect here: it belongs to [runners.kubernetes]` };
  }
  if ((inRunner === undefined || inKubernetes !== undefined) && isRunner) {
    return { ...problem, message: `has no effect here: it belongs to [[runners]]` };
  }
  return problem;
}

function noticesOf({ runners, podwright }: Config, owners: readonly ConfigOwner[]): Problem[] {
  const context = { overwriteMatch: podwright.overwrite_match };
  return runners.flatMap((runner, i) => {
    const own = runnerNotices(runner).map((notice) => ({ ...notice, path: `runners[${i}].${notice.path}` }));
    const others = owners.flatMap((owner) =>
      (owner.notices?.(runner.kubernetes.get(owner.name), context) ?? []).map((notice) => ({
        ...notice,
        path: `runners[${i}].kubernetes.${notice.path}`,
        plugin: owner.name,
      })),
    );
    return [...own, ...others].map((notice) => ({ ...notice, kind: 'notice' as const }));
  });
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
  const runner = check(runnerConfigSchema, own, { path, known }, problems);
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
    const part = check(configSchema, own, { path, ...(name === 'core' ? {} : { plugin: name }) }, problems);
    if (part !== undefined) parts.set(name, freezeDeep(part));
  }
  for (const key of Object.keys(table)) {
    if (!known.includes(key)) problems.push(unknownKey(joinPath(path, [key]), key, known));
  }
  return parts;
}

/**
 * Parses with one schema. Unknown keys are reported, and the rest is still used.
 * @param at.known keys that would be valid at the top
 * @returns `undefined` when anything is invalid, which is reported, too
 */
function check(
  schema: z.ZodObject,
  table: Record<string, unknown>,
  at: { readonly path: string; readonly plugin?: string; readonly known?: readonly string[] },
  problems: Problem[],
): Record<string, unknown> | undefined {
  const parsed = schema.safeParse(table);
  if (parsed.success) return parsed.data;
  problems.push(...toProblems(parsed.error, at.path, at.plugin, at.known));
  const known = withoutUnknownKeys(table, parsed.error);
  // What a schema has to say of the whole it says only once all keys are known.
  return known === undefined ? undefined : check(schema, known, at, problems);
}

/** A copy without the keys that the schema does not know; `undefined` when that is not all that is wrong. */
function withoutUnknownKeys(
  table: Record<string, unknown>,
  { issues }: z.ZodError,
): Record<string, unknown> | undefined {
  const copy = structuredClone(table);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const parent = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], copy);
    for (const key of issue.keys) delete (parent as Record<string, unknown>)[key];
  }
  return copy;
}

function parseToml(text: string, source: string): Record<string, unknown> {
  try {
    return parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(source, [{ path: '', message: describeSyntaxError(error), kind: 'invalid' }], {
      cause: error,
    });
  }
}

/** The parser's own list of what it expected is longer than any screen; the place and what was found say enough. */
function describeSyntaxError(error: unknown): string {
  const { location, found, line, column } = error as {
    location?: { start: { line: number; column: number } };
    found?: string | null;
    line?: number;
    column?: number;
  };
  if (location) {
    const what = found === null || found === undefined ? 'the end of the file' : JSON.stringify(found);
    return `line ${location.start.line}, column ${location.start.column}: this is no TOML: unexpected ${what}`;
  }
  return line === undefined ? messageOf(error) : `line ${line}, column ${column ?? 1}: ${messageOf(error)}`;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
