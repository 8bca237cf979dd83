import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1.js';
import { invalidValue, required, tooLong, type FieldProblem } from './field-problem.ts';
import { labelValueRule, qualifiedNameRule, type NameRule } from './names.ts';

/** Bytes that all annotations of an object may have, keys included. */
const annotationLimit = 256 * 1024;

const ownFinalizers = new Set(['kubernetes', 'foregroundDeletion', 'orphan']);

/** What is wrong with the metadata of an object. @param nameRule how objects of this kind may be called */
export function validateMetadata(metadata: ObjectMeta, nameRule: NameRule): FieldProblem[] {
  return [
    ...nameProblems(metadata, nameRule),
    ...labelProblems('metadata.labels', metadata.labels),
    ...annotationProblems(metadata.annotations ?? {}),
    ...ownerProblems(metadata.ownerReferences ?? []),
    ...finalizerProblems(metadata.finalizers ?? []),
  ];
}

/** What is wrong with a map of labels, or with a node selector, which has the same rules. */
export function labelProblems(field: string, labels: Readonly<Record<string, string>> = {}): FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameRule(key).map((detail) => invalidValue(field, key, detail)),
    ...labelValueRule(value).map((detail) => invalidValue(field, value, detail)),
  ]);
}

function nameProblems({ name, generateName }: ObjectMeta, rule: NameRule): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (generateName !== undefined && generateName !== '') {
    // Whatever is appended, the prefix itself may end with a dash.
    const prefix = generateName.endsWith('-') ? `${generateName.slice(0, -1)}a` : generateName;
    problems.push(...rule(prefix).map((detail) => invalidValue('metadata.generateName', generateName, detail)));
  }
  if (name === undefined || name === '') {
    return [...problems, required('metadata.name', 'name or generateName is required')];
  }
  return [...problems, ...rule(name).map((detail) => invalidValue('metadata.name', name, detail))];
}

function annotationProblems(annotations: Readonly<Record<string, string>>): FieldProblem[] {
  const field = 'metadata.annotations';
  const problems = Object.keys(annotations).flatMap((key) =>
    qualifiedNameRule(key.toLowerCase()).map((detail) => invalidValue(field, key, detail)),
  );
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return size > annotationLimit ? [...problems, tooLong(field, annotationLimit)] : problems;
}

function ownerProblems(owners: readonly OwnerReference[]): FieldProblem[] {
  const field = 'metadata.ownerReferences';
  const problems = owners.flatMap((owner) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((key) => (owner[key] ?? '') === '')
      .map((key) => invalidValue(`${field}.${key}`, '', 'must not be empty')),
  );
  const controllers = owners.filter((owner) => owner.controller === true).map(({ name }) => name);
  if (controllers.length < 2) return problems;
  return [...problems, invalidValue(field, controllers, 'only one owner can be the controller')];
}

function finalizerProblems(finalizers: readonly string[]): FieldProblem[] {
  const field = 'metadata.finalizers';
  return finalizers.flatMap((name, index) => [
    ...qualifiedNameRule(name).map((detail) => invalidValue(field, name, detail)),
    ...(name.includes('/') || ownFinalizers.has(name)
      ? []
      : [invalidValue(`${field}[${index}]`, name, 'must have a domain, as in example.com/name')]),
  ]);
}
