import { z } from 'zod';
import { nodeExpression, nodeField, type Requirement } from './requirement-config.ts';
import { weight } from './weight.ts';

/** Nodes of which everything is so that is said here. */
export interface NodeSelectorTerm {
  readonly match_expressions: readonly Requirement[];
  readonly match_fields: readonly Requirement[];
}

/** `[runners.kubernetes.affinity.node_affinity]` */
export interface NodeAffinityConfig {
  /** Other nodes are not used. Absent: all are. */
  readonly required_during_scheduling_ignored_during_execution?:
    | {
        /** Enough that one of them is so. At least one. */
        readonly node_selector_terms: readonly NodeSelectorTerm[];
      }
    | undefined;
  /** Nodes that are used rather than others. Empty: none. */
  readonly preferred_during_scheduling_ignored_during_execution: readonly {
    readonly weight: number;
    readonly preference: NodeSelectorTerm;
  }[];
}

const term = z.strictObject({
  match_expressions: z
    .array(nodeExpression)
    .default([])
    .describe('What is required of the labels of a node, all of it. Empty: nothing.'),
  match_fields: z
    .array(nodeField)
    .default([])
    .describe('What is required of the fields of a node, all of it; Kubernetes knows `metadata.name`. Empty: nothing.'),
});

export const nodeAffinitySchema = z.strictObject({
  required_during_scheduling_ignored_during_execution: z
    .strictObject({
      node_selector_terms: z
        .array(term, { error: 'must be a list of at least one term' })
        .min(1, 'must be a list of at least one term')
        .describe('What the node must be: enough that one of these terms is so. At least one.'),
    })
    .optional()
    .describe('Nodes that the Pod may run on. Absent: all.'),
  preferred_during_scheduling_ignored_during_execution: z
    .array(
      z.strictObject({
        weight: weight(),
        preference: term.prefault({}).describe('What the node should be. Empty: anything.'),
      }),
    )
    .default([])
    .describe('Nodes that the Pod should run on, rather than on others. Empty: no difference.'),
}) satisfies z.ZodType<NodeAffinityConfig>;
