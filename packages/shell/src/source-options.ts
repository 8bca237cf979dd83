import type { PlanRequest, Variables } from '@podwright/core';
import { attempts } from './attempts.ts';
import { goBool } from './go-bool.ts';

const strategies = ['clone', 'fetch', 'none', 'empty'] as const;
const submoduleStrategies = ['none', 'normal', 'recursive'] as const;

/** What the job's variables say about its sources. */
export interface SourceOptions {
  readonly strategy: (typeof strategies)[number];
  readonly submodules: (typeof submoduleStrategies)[number];
  /** 1 to 10. */
  readonly attempts: number;
  readonly checkout: boolean;
  /** The user wants no LFS files. */
  readonly skipLfs: boolean;
  /** Undefined: do not clean. */
  readonly cleanFlags: readonly string[] | undefined;
  readonly fetchFlags: readonly string[];
}

/**
 * Reads the `GIT_*` variables and `GET_SOURCES_ATTEMPTS`.
 * @param problems told what makes no sense, with the valid values
 */
export function sourceOptions({ payload, variables }: PlanRequest, problems: string[]): SourceOptions {
  return {
    strategy: choice(variables, 'GIT_STRATEGY', strategies, payload.allow_git_fetch ? 'fetch' : 'clone', problems),
    submodules: choice(variables, 'GIT_SUBMODULE_STRATEGY', submoduleStrategies, 'none', problems),
    attempts: attempts(variables, 'GET_SOURCES_ATTEMPTS', problems),
    checkout: goBool(variables.get('GIT_CHECKOUT')) ?? true,
    skipLfs: goBool(variables.get('GIT_LFS_SKIP_SMUDGE')) ?? false,
    cleanFlags: flags(variables.get('GIT_CLEAN_FLAGS'), ['-ffdx']),
    fetchFlags: flags(variables.get('GIT_FETCH_EXTRA_FLAGS'), ['--prune', '--quiet']) ?? [],
  };
}

function choice<T extends string>(
  variables: Variables,
  key: string,
  valid: readonly T[],
  fallback: T,
  problems: string[],
): T {
  const value = variables.get(key);
  if (value === '') return fallback;
  const known = valid.find((v) => v === value);
  if (known === undefined) problems.push(`${key} is ${JSON.stringify(value)}: must be one of ${valid.join(', ')}`);
  return known ?? fallback;
}

/** Split on white space; quotes mean nothing, as in GitLab Runner. `none` gives undefined. */
function flags(value: string, fallback: readonly string[]): readonly string[] | undefined {
  const words = value.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return fallback;
  return words.length === 1 && words[0] === 'none' ? undefined : words;
}
