import type { Cause, PodSecurityContext } from '@podwright/core';
import type { PodSecurityConfig } from './config.ts';

/** The security context of a Pod, and where each field comes from. */
export interface PodSecurity {
  readonly context: PodSecurityContext;
  /** By field of the Pod, such as `spec.securityContext.fsGroup`. */
  readonly causes: ReadonlyMap<string, Cause>;
}

const fields = [
  ['fsGroup', 'fs_group'],
  ['runAsGroup', 'run_as_group'],
  ['runAsNonRoot', 'run_as_non_root'],
  ['runAsUser', 'run_as_user'],
  ['supplementalGroups', 'supplemental_groups'],
] as const satisfies readonly (readonly [keyof PodSecurityContext, keyof PodSecurityConfig])[];

/** Zero and false are set; an empty list is not. @returns `undefined` when nothing is set */
export function podSecurity(config: PodSecurityConfig): PodSecurity | undefined {
  const set = fields.filter(([, key]) => isSet(config[key]));
  if (set.length === 0) return undefined;
  return {
    context: Object.fromEntries(set.map(([field, key]) => [field, config[key]])) as PodSecurityContext,
    causes: new Map(
      set.map(([field, key]) => [`spec.securityContext.${field}`, { config: `pod_security_context.${key}` }]),
    ),
  };
}

function isSet(value: PodSecurityConfig[keyof PodSecurityConfig]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
