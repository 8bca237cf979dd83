import { unknownKey } from '@podwright/core';
import { refuseRuleVariables, type CiScope } from './ci-scope.ts';
import { parseDuration } from './duration.ts';
import { globalKeywords, jobKeywords } from './keywords.ts';
import { readArtifacts } from './read-artifacts.ts';
import { readCaches } from './read-cache.ts';
import { readImage, readServices } from './read-image.ts';
import { readVariables } from './read-variables.ts';
import type { CiJob, CiVariable } from './ci-job.ts';
import type { CiValue } from './value.ts';

/** Keywords of which a job must have one. */
const bodies = ['script', 'trigger', 'run'];

/** A job that was read, with what stands in the way of running it. */
export interface ReadJob {
  readonly job: CiJob;
  /** Reports keywords that the job uses and that are not supported. Only matters to the job that is to run. */
  readonly reportUnsupported: () => void;
}

/** Reads one job of the file and reports all that is wrong with it. */
export function readJob(name: string, value: CiValue, scope: CiScope): ReadJob | undefined {
  if (value.node.kind !== 'map') {
    return value.report(`${unknownKey(value.path, name, globalKeywords).message}; a job would be a map`);
  }
  const keyword = misspelledKeyword(name, value);
  if (keyword !== undefined) return value.report(keyword);
  value.checkKeys([...jobKeywords.keys()]);
  const inherited = inheritedDefaults(value, scope);
  const job: CiJob = {
    name,
    stage: readStage(value, scope),
    ...readContainers(value, inherited),
    variables: [...inheritedVariables(value, scope), ...ownVariables(value)],
    ...readScripts(value, inherited),
    artifacts: optional(find(value, inherited, 'artifacts'), readArtifacts) ?? [],
    cache: optional(find(value, inherited, 'cache'), readCaches) ?? [],
    ...present('timeout', optional(find(value, inherited, 'timeout'), readTimeout)),
    ...present('environment', optional(value.get('environment'), readEnvironment)),
    ...present('parallel', optional(value.get('parallel'), readParallel)),
    expectsArtifactsOf: [],
  };
  return { job, reportUnsupported: () => reportUnsupported(value, inherited) };
}

/** What a "job" without a script rather is, where its name is near to a keyword of the file. */
function misspelledKeyword(name: string, job: CiValue): string | undefined {
  if (hasAnyOf(job, [...bodies, 'extends'])) return undefined;
  const { message } = unknownKey('', name, globalKeywords);
  return message.includes('?') ? message : undefined;
}

function hasAnyOf(job: CiValue, keys: readonly string[]): boolean {
  return keys.some((key) => job.get(key) !== undefined);
}

type Defaults = CiScope['defaults'];

/** The job's own value of a keyword, else the inherited one. A keyword set to null is set: to nothing. */
function find(job: CiValue, inherited: Defaults, key: string): CiValue | undefined {
  const isSet = job.node.kind === 'map' && job.node.entries.has(key);
  return isSet ? job.get(key) : inherited.get(key);
}

function inheritedDefaults(job: CiValue, scope: CiScope): Defaults {
  const wanted = readInherit(job, 'default');
  return wanted === undefined ? scope.defaults : new Map([...scope.defaults].filter(([key]) => wanted.includes(key)));
}

function inheritedVariables(job: CiValue, scope: CiScope): readonly CiVariable[] {
  const wanted = readInherit(job, 'variables');
  return wanted === undefined ? scope.variables : scope.variables.filter((variable) => wanted.includes(variable.key));
}

/** Which names the job inherits; undefined for all. */
function readInherit(job: CiValue, what: 'default' | 'variables'): string[] | undefined {
  const inherit = job.get('inherit');
  inherit?.checkKeys(['default', 'variables']);
  const value = inherit?.get(what);
  if (value === undefined) return undefined;
  if (value.node.kind === 'list') return value.strings();
  return value.boolean() === false ? [] : undefined;
}

function ownVariables(job: CiValue): CiVariable[] {
  return optional(job.get('variables'), (value) => readVariables(value, 'job')) ?? [];
}

function readStage(job: CiValue, scope: CiScope): string {
  const value = job.get('stage');
  const stage = value?.string() ?? 'test';
  if (!scope.stages.includes(stage)) {
    (value ?? job).report(`unknown stage ${JSON.stringify(stage)}, the stages are ${scope.stages.join(', ')}`);
  }
  return stage;
}

function readContainers(job: CiValue, inherited: Defaults): Pick<CiJob, 'image' | 'services'> {
  const image = optional(find(job, inherited, 'image'), readImage);
  const services = optional(find(job, inherited, 'services'), readServices) ?? [];
  return { ...present('image', image), services };
}

function readScripts(job: CiValue, inherited: Defaults): Pick<CiJob, 'script' | 'afterScript'> {
  const before = optional(find(job, inherited, 'before_script'), (value) => value.strings()) ?? [];
  const afterScript = optional(find(job, inherited, 'after_script'), (value) => value.strings()) ?? [];
  const value = job.get('script');
  const script = optional(value, (lines) => lines.strings()) ?? [];
  if (!hasAnyOf(job, bodies)) job.report('the job has no script');
  if (value !== undefined && value.items()?.length === 0) value.report('the script is empty');
  return { script: [...before, ...script], afterScript };
}

function readTimeout(value: CiValue): number | undefined {
  if (value.node.kind !== 'scalar') return value.report('must be a duration such as "1h 30m"');
  const seconds = parseDuration(value.node.text);
  if (seconds !== undefined && seconds > 0) return seconds;
  return value.report(`${JSON.stringify(value.node.text)} is not a duration such as "1h 30m" or "90 minutes"`);
}

function readEnvironment(value: CiValue): CiJob['environment'] {
  if (value.node.kind !== 'map') {
    const name = value.string();
    return name === undefined ? undefined : { name };
  }
  const keys = ['action', 'auto_stop_in', 'deployment_tier', 'kubernetes', 'name', 'on_stop', 'url'];
  value.checkKeys(keys);
  const name = value.get('name')?.string();
  if (name === undefined) return value.report('"name" is missing');
  const url = value.get('url')?.string();
  const action = value.get('action')?.string();
  return { name, ...present('url', url), ...present('action', action) };
}

function readParallel(value: CiValue): number | undefined {
  if (value.node.kind === 'map') return undefined;
  const count = value.node.kind === 'scalar' ? value.node.value : undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 200) return count;
  return value.report('must be a whole number from 1 to 200, or a map with "matrix"');
}

function reportUnsupported(job: CiValue, inherited: Defaults): void {
  for (const [key, use] of jobKeywords) {
    if (typeof use === 'object') find(job, inherited, key)?.report(`${key} is not supported: ${use.refused}`);
  }
  const parallel = job.get('parallel');
  if (parallel?.node.kind === 'map') {
    parallel.report(
      'parallel:matrix is not supported: write the one job that you want, or pass its variables with --env',
    );
  }
  refuseRuleVariables(job.get('rules'));
}

function optional<T>(value: CiValue | undefined, read: (value: CiValue) => T | undefined): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** `{ [key]: value }`, or nothing where the value is undefined. */
function present<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
