import type { Explained, PodSecurityContext } from '@podwright/core';
import type { PodSecurityConfig } from './config.ts';

const fields = [
  ['fsGroup', 'fs_group'],
  ['runAsGroup', 'run_as_group'],
  ['runAsNonRoot', 'run_as_non_root'],
  ['runAsUser', 'run_as_user'],
  ['supplementalGroups', 'supplemental_groups'],
] as const satisfies readonly (readonly [keyof PodSecurityContext, keyof PodSecurityConfig])[];

/** The security context of a Pod. Zero and false are set; an empty list is not. @returns `undefined` when nothing is set */
export function podSecurity(config: PodSecurityConfig): Explained<PodSecurityContext> | undefined {
  const set = fields.filter(([, key]) => isSet(config[key]));
  if (set.length === 0) return undefined;
  return {
    value: Object.fromEntries(set.map(([field, key]) => [field, config[key]])) as PodSecurityContext,
    causes: new Map(
      set.map(([field, key]) => [`spec.securityContext.${field}`, { config: `pod_security_context.${key}` }]),
    ),
  };
}

function isSet(value: PodSecurityConfig[keyof PodSecurityConfig]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
