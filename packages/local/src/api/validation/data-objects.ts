import { isDeepStrictEqual } from 'node:util';
import type { ConfigMap, Namespace, Secret } from 'kubernetes-types/core/v1.js';
import { forbiddenField, invalidValue, required, tooLong, type FieldProblem } from './field-problem.ts';
import { validateMetadata } from './metadata.ts';
import { configKeyRule, dnsLabelRule, dnsSubdomainRule } from './names.ts';

/** Bytes that the values of a Secret or ConfigMap may have together. */
const dataLimit = 1024 * 1024;

/** Keys that a Secret of this type must have, and whether their value must be JSON. */
const secretTypes: Readonly<Record<string, readonly { readonly key: string; readonly json?: true }[]>> = {
  'kubernetes.io/dockerconfigjson': [{ key: '.dockerconfigjson', json: true }],
  'kubernetes.io/dockercfg': [{ key: '.dockercfg', json: true }],
  'kubernetes.io/ssh-auth': [{ key: 'ssh-privatekey' }],
  'kubernetes.io/tls': [{ key: 'tls.crt' }, { key: 'tls.key' }],
};

/** What is wrong with a Secret, beyond what its schema says. */
export function validateSecret(secret: Secret): FieldProblem[] {
  const data = secret.data ?? {};
  const size = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  const keys = secretTypes[secret.type ?? ''] ?? [];
  return [
    ...validateMetadata(secret.metadata ?? {}, dnsSubdomainRule),
    ...Object.keys(data).flatMap((key) => keyProblems('data', key)),
    ...(size > dataLimit ? [tooLong('data', dataLimit)] : []),
    ...keys.flatMap(({ key, json }) => contentProblems(`data[${key}]`, data[key], json === true)),
  ];
}

/** What may not change in a Secret that exists. */
export function validateSecretUpdate(next: Secret, current: Secret): FieldProblem[] {
  if (next.type !== current.type) return [invalidValue('type', next.type, 'field is immutable')];
  return immutableProblems(next, current, ['data']);
}

/** What is wrong with a ConfigMap, beyond what its schema says. */
export function validateConfigMap({ metadata, data = {}, binaryData = {} }: ConfigMap): FieldProblem[] {
  const size =
    Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0) +
    Object.values(binaryData).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  return [
    ...validateMetadata(metadata ?? {}, dnsSubdomainRule),
    ...Object.keys(data).flatMap((key) => keyProblems('data', key)),
    ...Object.keys(binaryData).flatMap((key) => keyProblems('binaryData', key)),
    ...Object.keys(data)
      .filter((key) => Object.hasOwn(binaryData, key))
      .map((key) => invalidValue(`data[${key}]`, key, 'must not be in binaryData too')),
    // The real API server gives no path here.
    ...(size > dataLimit ? [tooLong('[]', dataLimit)] : []),
  ];
}

/** What may not change in a ConfigMap that exists. */
export function validateConfigMapUpdate(next: ConfigMap, current: ConfigMap): FieldProblem[] {
  return immutableProblems(next, current, ['data', 'binaryData']);
}

/** What is wrong with a namespace. */
export function validateNamespace({ metadata }: Namespace): FieldProblem[] {
  return validateMetadata(metadata ?? {}, dnsLabelRule);
}

function keyProblems(field: string, key: string): FieldProblem[] {
  return configKeyRule(key).map((detail) => invalidValue(`${field}[${key}]`, key, detail));
}

function contentProblems(field: string, value: string | undefined, json: boolean): FieldProblem[] {
  if (value === undefined) return [required(field)];
  if (!json) return [];
  try {
    JSON.parse(Buffer.from(value, 'base64').toString());
    return [];
  } catch {
    // The parser's own message would quote the secret.
    return [invalidValue(field, '<secret contents redacted>', 'must be JSON')];
  }
}

function immutableProblems<T extends { immutable?: boolean }>(
  next: T,
  current: T,
  fields: (keyof T & string)[],
): FieldProblem[] {
  if (current.immutable !== true) return [];
  return ['immutable' as const, ...fields]
    .filter((field) => !isDeepStrictEqual(next[field], current[field]))
    .map((field) => forbiddenField(field, 'may not be changed when `immutable` is set'));
}
