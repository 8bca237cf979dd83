import { goBool, type PlanRequest } from '@podwright/core';
import { choice, words } from './option-values.ts';

const strategies = ['none', 'normal', 'recursive'] as const;

/** What the job's variables say about its submodules. */
export interface SubmoduleOptions {
  readonly strategy: (typeof strategies)[number];
  /** Commits of each; 0 means all. */
  readonly depth: number;
  /** Pathspecs of those that are wanted; empty means all. */
  readonly paths: readonly string[];
  /** For `git submodule update`. */
  readonly updateFlags: readonly string[];
  /** SSH addresses of the coordinator's host are fetched over HTTP(S), as the job. */
  readonly forceHttps: boolean;
}

/**
 * Reads the `GIT_SUBMODULE_*` variables.
 * @param problems told what makes no sense, with the valid values
 */
export function submoduleOptions({ payload, variables }: PlanRequest, problems: string[]): SubmoduleOptions {
  const paths = words(variables, 'GIT_SUBMODULE_PATHS');
  if (paths.includes(':(exclude)')) {
    problems.push('GIT_SUBMODULE_PATHS has :(exclude) without a path: write it in front of one, without a space');
  }
  const depth = variables.get('GIT_SUBMODULE_DEPTH');
  if (!/^\d{0,9}$/.test(depth)) {
    problems.push(`GIT_SUBMODULE_DEPTH is ${JSON.stringify(depth)}: must be a number of commits, 0 for all`);
  }
  return {
    strategy: choice(variables, 'GIT_SUBMODULE_STRATEGY', strategies, 'none', problems),
    depth: depth === '' ? payload.git_info.depth : Number(depth),
    paths,
    updateFlags: words(variables, 'GIT_SUBMODULE_UPDATE_FLAGS'),
    forceHttps: goBool(variables.get('GIT_SUBMODULE_FORCE_HTTPS')) ?? false,
  };
}
