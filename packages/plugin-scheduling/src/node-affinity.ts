import type { Affinity } from '@podwright/core';
import { filled } from './filled.ts';
import type { NodeAffinityConfig, NodeSelectorTerm } from './node-affinity-config.ts';
import { requirement } from './requirement.ts';

type NodeAffinity = NonNullable<Affinity['nodeAffinity']>;

/** A node affinity as Kubernetes has it; what is empty is left out. */
export function nodeAffinity(config: NodeAffinityConfig): NodeAffinity {
  const required = config.required_during_scheduling_ignored_during_execution;
  const preferred = config.preferred_during_scheduling_ignored_during_execution;
  return {
    ...filled(
      'requiredDuringSchedulingIgnoredDuringExecution',
      required && { nodeSelectorTerms: required.node_selector_terms.map(nodeSelectorTerm) },
    ),
    ...filled(
      'preferredDuringSchedulingIgnoredDuringExecution',
      preferred.map(({ weight, preference }) => ({ weight, preference: nodeSelectorTerm(preference) })),
    ),
  };
}

function nodeSelectorTerm({ match_expressions, match_fields }: NodeSelectorTerm) {
  return {
    ...filled('matchExpressions', match_expressions.map(requirement)),
    ...filled('matchFields', match_fields.map(requirement)),
  };
}
