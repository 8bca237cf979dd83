import type { Explained, SecurityContext } from '@podwright/core';
import { containerCapabilities } from './capabilities.ts';
import type { SecurityConfig } from './config.ts';

/** The security context that build, helper and services have in common. What is not configured is left out, capabilities apart. */
export function containerSecurity(config: SecurityConfig): Explained<SecurityContext> {
  const { privileged, allow_privilege_escalation: allowPrivilegeEscalation } = config;
  const { value: capabilities, causes } = containerCapabilities(config);
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
  return { value: context, causes: all };
}
