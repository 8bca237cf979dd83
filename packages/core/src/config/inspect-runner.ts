import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { freezeDeep } from '../freeze.ts';
import { checkTable } from './check-table.ts';
import { otherExecutors } from './gitlab-runner-keys.ts';
import type { ConfigOwner, ConfigOwners } from './load.ts';
import { joinPath, unknownKey } from './problems.ts';
import { executorConfigSchema, runnerConfigSchema, type RunnerConfig } from './runner-config.ts';

/** The valid parts of `[runners.kubernetes]`, by owner; `core` is one. */
type Parts = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

type OwnPart = z.output<typeof runnerConfigSchema>;

/** What is known of one `[[runners]]`, valid or not. */
export interface InspectedRunner {
  /** Such as `runners[0]`. */
  readonly path: string;
  /** Empty when it has none. */
  readonly name: string;
  /** Of another executor, and so left out: nothing else of it was looked at. */
  readonly isForeign: boolean;
  /** Its keys outside of `[runners.kubernetes]`; absent when any of them is invalid. */
  readonly own?: OwnPart;
  readonly kubernetes: Parts;
  /** Absent when the runner is left out, or any part of it is invalid. */
  readonly config?: RunnerConfig;
}

/** Checks one `[[runners]]`. @param problems those found are added */
export function inspectRunner(
  table: unknown,
  path: string,
  { owners, cacheOwner }: ConfigOwners,
  problems: Problem[],
): InspectedRunner {
  if (!isTable(table)) {
    problems.push({ path, message: 'must be a table', kind: 'invalid' });
    return { path, name: '', isForeign: false, kubernetes: new Map() };
  }
  const name = typeof table['name'] === 'string' ? table['name'] : '';
  const { kubernetes: kubernetesTable = {}, ...ownTable } = table;
  const { executor } = ownTable;
  if (typeof executor === 'string' && otherExecutors.includes(executor)) {
    problems.push({ path: `${path}.executor`, message: leftOut(executor, name), kind: 'notice' });
    return { path, name, isForeign: true, kubernetes: new Map() };
  }
  const own = ownPart(ownTable, path, cacheOwner, problems);
  const known = { path, name, isForeign: false, ...(own !== undefined && { own }) };
  const kubernetesPath = `${path}.kubernetes`;
  if (!isTable(kubernetesTable)) {
    problems.push({ path: kubernetesPath, message: 'must be a table', kind: 'invalid' });
    return { ...known, kubernetes: new Map() };
  }
  const kubernetes = splitByOwner(kubernetesTable, kubernetesPath, owners, problems);
  // Core's part comes besides those of the owners.
  if (own === undefined || kubernetes.size <= owners.length) return { ...known, kubernetes };
  const executorConfig = kubernetes.get('core') as RunnerConfig['executorConfig'];
  return { ...known, kubernetes, config: freezeDeep({ ...own, executorConfig, kubernetes }) };
}

function leftOut(executor: string, name: string): string {
  const which = name === '' ? 'this runner' : `the runner ${JSON.stringify(name)}`;
  return `${which} is left out: its executor is ${JSON.stringify(executor)}, podwright has one: "kubernetes"`;
}

function ownPart(
  table: Record<string, unknown>,
  path: string,
  cacheOwner: ConfigOwner | undefined,
  problems: Problem[],
): OwnPart | undefined {
  const { cache: cacheTable = {} } = table;
  const cache =
    cacheOwner === undefined || !isTable(cacheTable)
      ? cacheTable
      : checkTable(cacheOwner.configSchema, cacheTable, { path: `${path}.cache` }, problems);
  const at = { path, known: ['kubernetes'] };
  const own = checkTable(runnerConfigSchema, { ...table, cache: cache ?? {} }, at, problems);
  return cache === undefined ? undefined : (own as OwnPart | undefined);
}

/** Gives each owner its own keys, parsed; what is left over is unknown. */
function splitByOwner(
  table: Record<string, unknown>,
  path: string,
  owners: readonly ConfigOwner[],
  problems: Problem[],
): Parts {
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
