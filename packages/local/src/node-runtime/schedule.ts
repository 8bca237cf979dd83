import type { Affinity, Container, NodeSelectorTerm, Pod, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { quantityToNumber } from './quantity.ts';

/** What the host has to offer to Pods. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whole CPUs. */
  readonly cpus: number;
  readonly memoryBytes: number;
}

type Requirement = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

/**
 * Says why a Pod cannot run on the one node that there is, in the words of Kubernetes 1.20's scheduler, or nothing when
 * it can. Requests are compared with the whole host, not with what other Pods left; ephemeral storage is not looked at.
 */
export function unschedulableReason(pod: Pod, node: NodeFacts): string | undefined {
  const unmet = matchesSelectors(pod, node)
    ? insufficientResources(pod, node)
    : [`node(s) didn't match Pod's node affinity`];
  if (unmet.length === 0) return undefined;
  return `0/1 nodes are available: ${unmet.map((what) => `1 ${what}`).join(', ')}.`;
}

function matchesSelectors(pod: Pod, node: NodeFacts): boolean {
  const { nodeName, nodeSelector = {}, affinity } = pod.spec ?? {};
  if (nodeName !== undefined && nodeName !== '' && nodeName !== node.name) return false;
  if (Object.entries(nodeSelector).some(([key, value]) => node.labels[key] !== value)) return false;
  return matchesAffinity(affinity, node);
}

function matchesAffinity(affinity: Affinity | undefined, node: NodeFacts): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: NodeFacts): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels[requirement.key])) &&
    matchFields.every((requirement) => meets(requirement, requirement.key === 'metadata.name' ? node.name : undefined))
  );
}

function meets({ operator, values = [] }: Requirement, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return Number(actual) > Number(values[0]);
    case 'Lt':
      return Number(actual) < Number(values[0]);
    default:
      return false;
  }
}

function insufficientResources(pod: Pod, node: NodeFacts): string[] {
  const capacity = new Map([
    ['cpu', node.cpus],
    ['memory', node.memoryBytes],
    ['ephemeral-storage', Infinity],
  ]);
  return [...podRequests(pod)]
    .filter(([resource, amount]) => amount > (capacity.get(resource) ?? 0))
    .map(([resource]) => `Insufficient ${resource}`)
    .toSorted();
}

/** Containers run together, init containers one after the other: the sum of the ones or the largest of the others. */
function podRequests(pod: Pod): Map<string, number> {
  const total = new Map<string, number>();
  for (const container of pod.spec?.containers ?? []) {
    for (const [resource, amount] of requests(container)) total.set(resource, (total.get(resource) ?? 0) + amount);
  }
  for (const container of pod.spec?.initContainers ?? []) {
    for (const [resource, amount] of requests(container)) {
      total.set(resource, Math.max(total.get(resource) ?? 0, amount));
    }
  }
  return total;
}

function requests({ resources = {} }: Container): [string, number][] {
  const wanted: ResourceRequirements['requests'] = { ...resources.limits, ...resources.requests };
  return Object.entries(wanted).map(([resource, quantity]) => [resource, quantityToNumber(quantity)]);
}
