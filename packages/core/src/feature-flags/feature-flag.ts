import type { RunnerConfig } from '../config/runner-config.ts';
import { goBool } from '../job/go-bool.ts';
import type { Variables } from '../job/variables.ts';
import { featureFlags, type FeatureFlag, type FeatureFlagName } from './flags.ts';

type Configured = Pick<RunnerConfig, 'feature_flags'>;

/**
 * Whether a feature flag is on, as GitLab Runner decides it: `[runners.feature_flags]` comes before the job's variable.
 * A variable that is empty or no boolean switches the flag off.
 */
export function featureFlag(name: FeatureFlagName, { feature_flags }: Configured, variables: Variables): boolean {
  const configured = feature_flags[name];
  if (configured !== undefined) return configured;
  const variable = variables.find(name);
  return variable === undefined ? byDefault(featureFlags[name], variables) : (goBool(variable.value) ?? false);
}

function byDefault({ default: value = false, defaultFrom = Infinity }: FeatureFlag, variables: Variables): boolean {
  return value || Number(variables.get('CI_SERVER_VERSION_MAJOR')) >= defaultFrom;
}

/** The variables of the helper program that the job's own do not give it: what the configuration says of its flags, and defaults. */
export function helperFlags({ feature_flags }: Configured, variables: Variables): ReadonlyMap<string, string> {
  const flags = Object.entries(featureFlags).flatMap(([name, flag]): [string, string][] => {
    const value = feature_flags[name] ?? (variables.find(name) === undefined ? flag.default : undefined);
    return flag.helper && value !== undefined ? [[name, String(value)]] : [];
  });
  return new Map(flags);
}
