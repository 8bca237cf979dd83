import { didYouMean } from '../config/problems.ts';
import { goBool } from '../job/go-bool.ts';
import type { Variable } from '../job/variable.ts';
import { featureFlags, isFeatureFlag } from './flags.ts';
import { otherFlags } from './other-flags.ts';

/** What there is to say of a flag in `[runners.feature_flags]`; undefined when all is as it asks for. */
export function flagNotice(name: string, value: boolean): string | undefined {
  if (isFeatureFlag(name)) return undefined;
  const other = Object.hasOwn(otherFlags, name) ? otherFlags[name] : undefined;
  if (other === undefined) return `has no effect: unknown feature flag${suggestion(name)}`;
  return other.like === value ? undefined : `has no effect: ${other.why}`;
}

/**
 * A line for each feature flag that a job sets in vain: nobody knows it, or it has a value that is neither true nor false.
 * Other variables whose names begin with `FF_` have other values. What GitLab Runner knows and podwright does not need is
 * in the docs: a job that was written for several runners is not told each time.
 */
export function flagLines(variables: readonly Variable[]): string[] {
  const flags = variables.filter(({ key }) => key.startsWith('FF_'));
  const last = new Map(flags.map((variable) => [variable.key, variable]));
  return [...last.values()].flatMap(({ key, value, masked }) => {
    if (masked) return [];
    const known = isFeatureFlag(key);
    if (known && goBool(value) === undefined && value !== '') {
      return [`${key} is ${JSON.stringify(value)}: neither true nor false, so it is off`];
    }
    if (known || Object.hasOwn(otherFlags, key) || goBool(value) === undefined) return [];
    return [`${key} has no effect: unknown feature flag${suggestion(key)}`];
  });
}

function suggestion(name: string): string {
  return didYouMean(name, [...Object.keys(featureFlags), ...Object.keys(otherFlags)]);
}
