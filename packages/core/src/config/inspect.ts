import type { Problem } from '../errors.ts';
import { checkTable } from './check-table.ts';
import { inspectRunner, type InspectedRunner } from './inspect-runner.ts';
import type { ConfigOwner, ConfigOwners } from './load.ts';
import { noticesOf } from './notices.ts';
import { oddValues } from './odd-values.ts';
import { inOrder, parseToml, type TomlDocument } from './parse-toml.ts';
import { globalConfigSchema, podwrightConfigSchema, type Config } from './runner-config.ts';
import { judgeUnknownKeys } from './unknown-keys.ts';

export interface InspectOptions extends ConfigOwners {
  /** What to call the file in errors: its path. */
  readonly source: string;
  /** Plugins that are left out: their keys are known, and refused. */
  readonly disabled?: readonly ConfigOwner[];
  /** Names of plugins that could not be loaded. Nobody can say which keys are theirs. */
  readonly missing?: readonly string[];
}

/** All that there is to say of a configuration. */
export interface InspectedConfig {
  /** Absent when anything is invalid. */
  readonly config: Config | undefined;
  /** All of the file, in its order. */
  readonly runners: readonly InspectedRunner[];
  /** Of all kinds, with their lines, in the order of the file. */
  readonly problems: readonly Problem[];
  /** Gives further problems their lines, and puts all in the order of the file. */
  inOrder(problems: readonly Problem[]): readonly Problem[];
}

/**
 * Finds everything that can be said of a `config.toml`, good and bad, at once. Of a table in which a value is invalid, what
 * depends on several of its keys is not judged.
 * @throws ConfigError only for what is no TOML
 */
export function inspectConfig(text: string, options: InspectOptions): InspectedConfig {
  const { source } = options;
  const document = parseToml(text, source);
  const { runners: runnerTables = [], ...globalTable } = document.table;
  const problems = oddValues(document);
  const globals = checkTable(globalConfigSchema, globalTable, { path: '', known: ['runners'] }, problems);
  if (!Array.isArray(runnerTables)) {
    problems.push({ path: 'runners', message: 'must be an array of tables, [[runners]]', kind: 'invalid' });
  }
  const runners = (Array.isArray(runnerTables) ? runnerTables : []).map((runner: unknown, i) =>
    inspectRunner(runner, `runners[${i}]`, options, problems),
  );
  if (runners.length > 0 && runners.every(({ isForeign }) => isForeign)) {
    problems.push({ path: 'runners', message: 'none has the executor "kubernetes"', kind: 'invalid' });
  }
  const judged = judgeUnknownKeys(problems, document.table, options);
  const notices = noticesOf(runners, readPodwrightTable(document).overwrite_match, options);
  const configs = runners.flatMap(({ config }) => config ?? []);
  const isInvalid = judged.some(({ kind }) => kind === 'invalid');
  return {
    config: isInvalid ? undefined : ({ ...globals, runners: configs } as unknown as Config),
    runners,
    problems: inOrder([...judged, ...notices], document),
    inOrder: (more) => inOrder(more, document),
  };
}

/**
 * Reads only what `[podwright]` says: who owns the other keys depends on the plugins in it. What is invalid in it has its
 * default; `inspectConfig` reports it.
 * @throws ConfigError only for what is no TOML
 */
export function loadPodwrightTable(text: string, source: string): Config['podwright'] {
  return readPodwrightTable(parseToml(text, source));
}

function readPodwrightTable({ table }: TomlDocument): Config['podwright'] {
  const given = table['podwright'];
  const valid = Object.entries(podwrightConfigSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(typeof given === 'object' ? (given as Record<string, unknown>)[key] : undefined);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return podwrightConfigSchema.parse(Object.fromEntries(valid));
}
