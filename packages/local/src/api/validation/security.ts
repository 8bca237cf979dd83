import type { PodSecurityContext, PodSpec, SeccompProfile, SecurityContext } from 'kubernetes-types/core/v1.js';
import { duplicates, invalidValue, required, type FieldProblem } from './field-problem.ts';
import { checkName, sysctlRule } from './names.ts';

const maxId = 2_147_483_647;

/** What is wrong with `securityContext` of a container. @param field its path */
export function validateSecurityContext(field: string, context: SecurityContext | undefined): FieldProblem[] {
  if (context === undefined) return [];
  return [
    ...idProblems(`${field}.runAsUser`, context.runAsUser),
    ...idProblems(`${field}.runAsGroup`, context.runAsGroup),
    ...seccompProblems(`${field}.seccompProfile`, context.seccompProfile),
    ...escalationProblems(field, context),
  ];
}

/** What is wrong with `securityContext` of a Pod, and with the namespaces that it shares. */
export function validatePodSecurity(spec: PodSpec): FieldProblem[] {
  const field = 'spec.securityContext';
  const context: PodSecurityContext = spec.securityContext ?? {};
  return [
    ...idProblems(`${field}.fsGroup`, context.fsGroup),
    ...idProblems(`${field}.runAsUser`, context.runAsUser),
    ...idProblems(`${field}.runAsGroup`, context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id, index) =>
      idProblems(`${field}.supplementalGroups[${index}]`, id),
    ),
    ...seccompProblems(`${field}.seccompProfile`, context.seccompProfile),
    ...sysctlProblems(`${field}.sysctls`, context),
    ...(spec.shareProcessNamespace === true && spec.hostPID === true
      ? [invalidValue(`${field}.shareProcessNamespace`, true, 'must not be set together with hostPID')]
      : []),
  ];
}

function idProblems(field: string, id: number | undefined): FieldProblem[] {
  if (id === undefined || (id >= 0 && id <= maxId)) return [];
  return [invalidValue(field, id, `must be between 0 and ${maxId}`)];
}

function escalationProblems(field: string, context: SecurityContext): FieldProblem[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  // As in the real API server, only the name with prefix is noticed.
  const admin = (context.capabilities?.add ?? []).includes('CAP_SYS_ADMIN');
  return [
    ...(context.privileged === true
      ? [invalidValue(field, context, '`allowPrivilegeEscalation` must not be false when `privileged` is true')]
      : []),
    ...(admin
      ? [invalidValue(field, context, '`allowPrivilegeEscalation` must not be false with capability CAP_SYS_ADMIN')]
      : []),
  ];
}

function seccompProblems(field: string, profile: SeccompProfile | undefined): FieldProblem[] {
  if (profile === undefined) return [];
  if (!profile.type) return [required(`${field}.type`)];
  const local = profile.type === 'Localhost';
  if (local && !profile.localhostProfile) return [required(`${field}.localhostProfile`, 'must be set with Localhost')];
  if (local || profile.localhostProfile === undefined) return [];
  return [invalidValue(`${field}.localhostProfile`, profile.localhostProfile, 'must be set with Localhost only')];
}

function sysctlProblems(field: string, { sysctls = [] }: PodSecurityContext): FieldProblem[] {
  return [
    ...sysctls.flatMap(({ name }, index) => checkName(`${field}[${index}].name`, name, sysctlRule)),
    ...duplicates(
      sysctls.map(({ name }) => name),
      (index) => `${field}[${index}].name`,
    ),
  ];
}
