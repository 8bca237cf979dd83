import { unknownKey } from '@podwright/core';
import { defaultKeywords, topLevelDefaults } from './keywords.ts';
import { readVariables } from './read-variables.ts';
import type { CiVariable } from './ci-job.ts';
import type { CiProblems } from './problems.ts';
import { CiValue, type CiNode, type MapNode } from './value.ts';

const defaultStages = ['build', 'test', 'deploy'];

/** What the file says about all of its jobs. */
export interface CiScope {
  /** In order, with `.pre` and `.post`. */
  readonly stages: readonly string[];
  readonly variables: readonly CiVariable[];
  /** Keyword to value: what a job takes where it says nothing itself. */
  readonly defaults: ReadonlyMap<string, CiValue>;
}

/** Reads the keywords at the top of the file and reports those that cannot be used. */
export function readScope(root: CiValue): CiScope {
  root.get('include')?.report('include is not supported: put the included jobs into this file');
  root.get('spec')?.report('spec is not supported: inputs are not filled in');
  readWorkflow(root.get('workflow'));
  const stages = root.get('stages')?.strings() ?? defaultStages;
  const variables = root.get('variables');
  return {
    stages: ['.pre', ...stages.filter((stage) => stage !== '.pre' && stage !== '.post'), '.post'],
    variables: variables === undefined ? [] : readVariables(variables, 'file'),
    defaults: readDefaults(root),
  };
}

function readWorkflow(workflow: CiValue | undefined): void {
  workflow?.checkKeys(['auto_cancel', 'name', 'rules']);
  refuseRuleVariables(workflow?.get('rules'));
}

/** Rules are not evaluated: the job runs because it was asked for. Those that set variables would change what it does. */
export function refuseRuleVariables(rules: CiValue | undefined): void {
  for (const rule of rules?.items() ?? []) {
    rule.get('variables')?.report('variables of rules are not supported, as rules are not evaluated; use --env');
  }
}

function readDefaults(root: CiValue): Map<string, CiValue> {
  const inDefault = root.get('default');
  const defaults = new Map<string, CiValue>();
  for (const [key, value] of inDefault?.entries() ?? []) {
    if (defaultKeywords.includes(key)) defaults.set(key, value);
    else value.report(unknownKey(value.path, key, defaultKeywords).message);
  }
  for (const key of topLevelDefaults) {
    const value = root.get(key);
    if (value === undefined) continue;
    if (defaults.has(key)) value.report(`${key} is also in default; keep one of them`);
    defaults.set(key, value);
  }
  return defaults;
}

/** A reader for the top of the file. */
export function rootValue(root: MapNode, problems: CiProblems): CiValue {
  return new CiValue(root satisfies CiNode, '', problems);
}
