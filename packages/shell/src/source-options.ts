import { featureFlag, goBool, type PlanRequest } from '@podwright/core';
import { attempts, choice, flags } from './option-values.ts';
import { submoduleOptions, type SubmoduleOptions } from './submodule-options.ts';

const strategies = ['clone', 'fetch', 'none', 'empty'] as const;

/** What the job's variables say about its sources. */
export interface SourceOptions {
  readonly strategy: (typeof strategies)[number];
  readonly submodules: SubmoduleOptions;
  /** 1 to 10. */
  readonly attempts: number;
  readonly checkout: boolean;
  /** The user wants no LFS files. */
  readonly skipLfs: boolean;
  /** Undefined: do not clean. */
  readonly cleanFlags: readonly string[] | undefined;
  readonly fetchFlags: readonly string[];
  /** `git clone` is used, where there was nothing to fetch into. */
  readonly nativeClone: boolean;
  /** For `git clone`. */
  readonly cloneFlags: readonly string[];
}

/**
 * Reads the `GIT_*` variables and `GET_SOURCES_ATTEMPTS`.
 * @param problems told what makes no sense, with the valid values
 */
export function sourceOptions(request: PlanRequest, problems: string[]): SourceOptions {
  const { payload, variables, runner } = request;
  return {
    strategy: choice(variables, 'GIT_STRATEGY', strategies, payload.allow_git_fetch ? 'fetch' : 'clone', problems),
    submodules: submoduleOptions(request, problems),
    attempts: attempts(variables, 'GET_SOURCES_ATTEMPTS', problems),
    checkout: goBool(variables.get('GIT_CHECKOUT')) ?? true,
    skipLfs: goBool(variables.get('GIT_LFS_SKIP_SMUDGE')) ?? false,
    cleanFlags: flags(variables, 'GIT_CLEAN_FLAGS', ['-ffdx']),
    fetchFlags: flags(variables, 'GIT_FETCH_EXTRA_FLAGS', ['--prune', '--quiet']) ?? [],
    nativeClone: featureFlag('FF_USE_GIT_NATIVE_CLONE', runner, variables),
    cloneFlags: flags(variables, 'GIT_CLONE_EXTRA_FLAGS', []) ?? [],
  };
}
