import type { Affinity } from '@podwright/core';
import { filled } from './filled.ts';
import { sortedLabels } from './label-table.ts';
import type { LabelSelector, PodAffinityConfig, PodAffinityTerm } from './pod-affinity-config.ts';
import { requirement } from './requirement.ts';

type PodAffinity = NonNullable<Affinity['podAffinity']>;

/** A Pod affinity or anti-affinity as Kubernetes has it; what is empty is left out. */
export function podAffinity(config: PodAffinityConfig): PodAffinity {
  return {
    ...filled(
      'requiredDuringSchedulingIgnoredDuringExecution',
      config.required_during_scheduling_ignored_during_execution.map(podAffinityTerm),
    ),
    ...filled(
      'preferredDuringSchedulingIgnoredDuringExecution',
      config.preferred_during_scheduling_ignored_during_execution.map(({ weight, pod_affinity_term: term }) => ({
        weight,
        podAffinityTerm: podAffinityTerm(term),
      })),
    ),
  };
}

/** An empty selector stays, as it means everything. */
function podAffinityTerm(term: PodAffinityTerm) {
  return {
    ...(term.label_selector && { labelSelector: labelSelector(term.label_selector) }),
    ...filled('namespaces', [...term.namespaces]),
    topologyKey: term.topology_key,
    ...(term.namespace_selector && { namespaceSelector: labelSelector(term.namespace_selector) }),
    ...filled('matchLabelKeys', [...term.match_label_keys]),
    ...filled('mismatchLabelKeys', [...term.mismatch_label_keys]),
  };
}

function labelSelector({ match_labels, match_expressions }: LabelSelector) {
  return {
    ...filled('matchLabels', sortedLabels(match_labels)),
    ...filled('matchExpressions', match_expressions.map(requirement)),
  };
}
