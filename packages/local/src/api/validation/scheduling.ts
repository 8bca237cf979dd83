import type {
  Affinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1.js';
import { forbiddenField, invalidValue, notSupported, required, type FieldProblem } from './field-problem.ts';
import { labelProblems } from './metadata.ts';
import { checkName, checkNameTwice, checkOptionalName, dnsSubdomainRule, qualifiedNameRule } from './names.ts';

const nodeOperators = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']);

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What is wrong with where a Pod wants to run. */
export function validateScheduling(spec: PodSpec): FieldProblem[] {
  return [
    ...checkOptionalName('spec.nodeName', spec.nodeName, dnsSubdomainRule),
    ...labelProblems('spec.nodeSelector', spec.nodeSelector),
    ...affinityProblems('spec.affinity', spec.affinity ?? {}),
    ...(spec.tolerations ?? []).flatMap((item, index) => tolerationProblems(`spec.tolerations[${index}]`, item)),
    ...(spec.topologySpreadConstraints ?? []).flatMap((item, index) =>
      spreadProblems(`spec.topologySpreadConstraints[${index}]`, item),
    ),
  ];
}

function affinityProblems(field: string, { nodeAffinity, podAffinity, podAntiAffinity }: Affinity): FieldProblem[] {
  const node = `${field}.nodeAffinity`;
  const terms = nodeAffinity?.[requiredTerms]?.nodeSelectorTerms ?? [];
  const noTerms = nodeAffinity?.[requiredTerms] !== undefined && terms.length === 0;
  return [
    ...(noTerms ? [required(`${node}.${requiredTerms}.nodeSelectorTerms`, 'at least one is needed')] : []),
    ...terms.flatMap((term, index) => termProblems(`${node}.${requiredTerms}.nodeSelectorTerms[${index}]`, term)),
    ...(nodeAffinity?.[preferredTerms] ?? []).flatMap(({ weight, preference }, index) => [
      ...weightProblems(`${node}.${preferredTerms}[${index}].weight`, weight),
      ...termProblems(`${node}.${preferredTerms}[${index}].preference`, preference ?? {}),
    ]),
    ...Object.entries({ podAffinity, podAntiAffinity }).flatMap(([name, affinity]) => [
      ...(affinity?.[requiredTerms] ?? []).flatMap((term, index) =>
        podTermProblems(`${field}.${name}.${requiredTerms}[${index}]`, term),
      ),
      ...(affinity?.[preferredTerms] ?? []).flatMap(({ weight, podAffinityTerm }, index) => [
        ...weightProblems(`${field}.${name}.${preferredTerms}[${index}].weight`, weight),
        ...podTermProblems(`${field}.${name}.${preferredTerms}[${index}].podAffinityTerm`, podAffinityTerm),
      ]),
    ]),
  ];
}

function weightProblems(field: string, weight: number): FieldProblem[] {
  return weight >= 1 && weight <= 100 ? [] : [invalidValue(field, weight, 'must be in the range 1-100')];
}

function termProblems(field: string, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): FieldProblem[] {
  return [
    ...matchExpressions.flatMap((item, index) => expressionProblems(`${field}.matchExpressions[${index}]`, item)),
    ...matchFields.flatMap(({ key }, index) =>
      key === 'metadata.name' ? [] : [invalidValue(`${field}.matchFields[${index}].key`, key, 'must be metadata.name')],
    ),
  ];
}

function expressionProblems(field: string, { key, operator, values = [] }: NodeSelectorRequirement): FieldProblem[] {
  return [
    ...checkName(`${field}.key`, key, qualifiedNameRule),
    ...(nodeOperators.has(operator)
      ? []
      : [invalidValue(`${field}.operator`, operator ?? '', `must be one of ${[...nodeOperators].join(', ')}`)]),
    ...valuesProblems(`${field}.values`, operator, values),
  ];
}

function valuesProblems(field: string, operator: string, values: readonly string[]): FieldProblem[] {
  const exists = operator === 'Exists' || operator === 'DoesNotExist';
  if (exists && values.length > 0) return [forbiddenField(field, `may not be specified with ${operator}`)];
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    return [required(field, `must be specified with ${operator}`)];
  }
  if ((operator === 'Gt' || operator === 'Lt') && values.length !== 1) {
    return [required(field, `must have one value with ${operator}`)];
  }
  return [];
}

// Missing in a client's JSON, however the type has it.
function podTermProblems(field: string, term: PodAffinityTerm | undefined): FieldProblem[] {
  return checkNameTwice(`${field}.topologyKey`, term?.topologyKey, qualifiedNameRule);
}

function tolerationProblems(field: string, toleration: Toleration): FieldProblem[] {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  return [
    ...checkOptionalName(`${field}.key`, key, qualifiedNameRule),
    ...(key || operator === 'Exists'
      ? []
      : [invalidValue(`${field}.operator`, operator ?? '', 'must be Exists when `key` is empty')]),
    ...(operator === 'Exists' && value
      ? [invalidValue(`${field}.operator`, toleration, 'value must be empty when `operator` is Exists')]
      : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [invalidValue(`${field}.effect`, effect ?? '', 'must be NoExecute when `tolerationSeconds` is set')]
      : []),
  ];
}

function spreadProblems(field: string, constraint: TopologySpreadConstraint): FieldProblem[] {
  const { maxSkew, topologyKey, whenUnsatisfiable } = constraint;
  return [
    ...(maxSkew > 0 ? [] : [invalidValue(`${field}.maxSkew`, maxSkew, 'must be greater than zero')]),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, 'must not be empty')]),
    ...(whenUnsatisfiable ? [] : [notSupported(`${field}.whenUnsatisfiable`, '', ['DoNotSchedule', 'ScheduleAnyway'])]),
  ];
}
