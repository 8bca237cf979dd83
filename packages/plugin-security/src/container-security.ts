import type { Cause, SecurityContext } from '@podwright/core';
import { containerCapabilities } from './capabilities.ts';
import type { SecurityConfig } from './config.ts';

/** The security context that build, helper and services have in common, and where each field comes from. */
export interface ContainerSecurity {
  readonly context: SecurityContext;
  /** By field of the container, such as `securityContext.privileged`. */
  readonly causes: ReadonlyMap<string, Cause>;
}

/** What is not configured is left out, capabilities apart. */
export function containerSecurity(config: SecurityConfig): ContainerSecurity {
  const { privileged, allow_privilege_escalation: allowPrivilegeEscalation } = config;
  const { capabilities, causes } = containerCapabilities(config);
  const context: SecurityContext = { capabilities };
  const all = new Map(causes);
  if (privileged !== undefined) {
    context.privileged = privileged;
    all.set('securityContext.privileged', { config: 'privileged' });
  }
  if (allowPrivilegeEscalation !== undefined) {
    context.allowPrivilegeEscalation = allowPrivilegeEscalation;
    all.set('securityContext.allowPrivilegeEscalation', { config: 'allow_privilege_escalation' });
  }
  return { context, causes: all };
}
