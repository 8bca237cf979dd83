import type { Container, EnvFromSource, EnvVar, EnvVarSource } from 'kubernetes-types/core/v1.js';
import { invalidValue, notSupported, required, type FieldProblem } from './field-problem.ts';
import { checkName, checkOptionalName, envNameRule } from './names.ts';

const fieldPaths = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.labels',
  'metadata.annotations',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.podIP',
  'status.podIPs',
]);

const subscriptedPath = /^metadata\.(?:labels|annotations)\['[^']+'\]$/;

const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** What is wrong with `env` and `envFrom` of a container. A name may occur twice: the last one counts. */
export function validateEnvironment(field: string, { env = [], envFrom = [] }: Container): FieldProblem[] {
  return [
    ...env.flatMap((variable, index) => variableProblems(`${field}.env[${index}]`, variable)),
    ...envFrom.flatMap((source, index) => envFromProblems(field, index, source)),
  ];
}

function variableProblems(field: string, { name, value, valueFrom }: EnvVar): FieldProblem[] {
  const problems = checkName(`${field}.name`, name, envNameRule);
  if (valueFrom === undefined) return problems;
  return [...problems, ...sourceProblems(`${field}.valueFrom`, valueFrom, value)];
}

function sourceProblems(field: string, source: EnvVarSource, value: string | undefined): FieldProblem[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((ref) => ref !== undefined);
  const kinds = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
  return [
    ...(given.length === 0 ? [invalidValue(field, '', `must specify one of ${kinds}`)] : []),
    ...(given.length > 1 ? [invalidValue(field, '', `must not specify more than one of ${kinds}`)] : []),
    ...(given.length > 0 && value ? [invalidValue(field, '', 'must not be specified when `value` is not empty')] : []),
    ...(fieldRef === undefined ? [] : fieldRefProblems(`${field}.fieldRef.fieldPath`, fieldRef.fieldPath)),
    ...(resourceFieldRef === undefined
      ? []
      : resourceProblems(`${field}.resourceFieldRef.resource`, resourceFieldRef.resource)),
    ...keyProblems(`${field}.configMapKeyRef`, configMapKeyRef),
    ...keyProblems(`${field}.secretKeyRef`, secretKeyRef),
  ];
}

function fieldRefProblems(field: string, path: string): FieldProblem[] {
  if (!path) return [required(field)];
  if (fieldPaths.has(path) || subscriptedPath.test(path)) return [];
  return [invalidValue(field, path, `field label not supported: ${path}`)];
}

function resourceProblems(field: string, resource: string): FieldProblem[] {
  if (!resource) return [required(field)];
  const known = containerResources.includes(resource) || /^(?:limits|requests)\.hugepages-/.test(resource);
  return known ? [] : [notSupported(field, resource, containerResources)];
}

function keyProblems(field: string, ref: { readonly name?: string; readonly key: string } | undefined): FieldProblem[] {
  if (ref === undefined) return [];
  return [...(ref.name ? [] : [required(`${field}.name`)]), ...(ref.key ? [] : [required(`${field}.key`)])];
}

// The real API server leaves the index out of one of these paths.
function envFromProblems(
  field: string,
  index: number,
  { prefix, configMapRef, secretRef }: EnvFromSource,
): FieldProblem[] {
  const problems = checkOptionalName(`${field}.envFrom[${index}].prefix`, prefix, envNameRule);
  const given = [configMapRef, secretRef].filter((ref) => ref !== undefined);
  if (given.length === 1) return problems;
  const detail = given.length === 0 ? 'must specify one of' : 'must specify only one of';
  return [...problems, invalidValue(`${field}.envFrom`, '', `${detail} \`configMapRef\` or \`secretRef\``)];
}
