import { shownValue, type ConfigNotice } from '@podwright/core';
import type { SchedulingConfig } from './config.ts';
import type { NodeAffinityConfig, NodeSelectorTerm } from './node-affinity-config.ts';
import type { PodAffinityConfig } from './pod-affinity-config.ts';
import { nodeNameField } from './requirement-config.ts';

const required = 'required_during_scheduling_ignored_during_execution';
const preferred = 'preferred_during_scheduling_ignored_during_execution';

/** What the administrator should know about the affinity, where it does not do what it seems to. */
export function affinityNotices({ affinity }: SchedulingConfig): ConfigNotice[] {
  const { node_affinity, pod_affinity, pod_anti_affinity } = affinity;
  return [
    ...(node_affinity ? nodeNotices('affinity.node_affinity', node_affinity) : []),
    ...(pod_affinity ? podNotices('affinity.pod_affinity', pod_affinity) : []),
    ...(pod_anti_affinity ? podNotices('affinity.pod_anti_affinity', pod_anti_affinity) : []),
  ];
}

function nodeNotices(path: string, config: NodeAffinityConfig): ConfigNotice[] {
  const terms = config[required]?.node_selector_terms ?? [];
  return [
    ...terms.flatMap((term, i) => {
      const own = `${path}.${required}.node_selector_terms[${i}]`;
      return [...emptyTerm(own, term), ...unknownFields(own, term)];
    }),
    ...config[preferred].flatMap(({ preference }, i) =>
      unknownFields(`${path}.${preferred}[${i}].preference`, preference),
    ),
  ];
}

function emptyTerm(path: string, { match_expressions, match_fields }: NodeSelectorTerm): ConfigNotice[] {
  if (match_expressions.length + match_fields.length > 0) return [];
  return [{ path, message: 'no node is like that: a required term without anything in it matches none' }];
}

/** GitLab's document has such a field in its example, so it must be legal here. */
function unknownFields(path: string, { match_fields }: NodeSelectorTerm): ConfigNotice[] {
  return match_fields.flatMap(({ key }, i) => {
    if (key === nodeNameField) return [];
    const message = `${shownValue(key)} is refused by Kubernetes, which knows only the field ${shownValue(nodeNameField)}; for a label write match_expressions`;
    return [{ path: `${path}.match_fields[${i}].key`, message }];
  });
}

function podNotices(path: string, config: PodAffinityConfig): ConfigNotice[] {
  const terms = [
    ...config[required].map((term, i) => ({ term, own: `${path}.${required}[${i}]` })),
    ...config[preferred].map(({ pod_affinity_term: term }, i) => ({
      term,
      own: `${path}.${preferred}[${i}].pod_affinity_term`,
    })),
  ];
  return terms.flatMap(({ term, own }) => {
    if (term.label_selector) return [];
    return [{ path: own, message: 'no Pod is looked for without a label_selector; an empty one means all' }];
  });
}
