import { checkedText, isDnsLabel, textRule } from '@podwright/core';
import { z } from 'zod';
import { labelKey } from './label-schemas.ts';
import { labelTable } from './label-table.ts';
import { matchLabelKeyProblems } from './match-label-keys.ts';
import { labelExpression, type Requirement } from './requirement-config.ts';
import { weight } from './weight.ts';

/** Objects whose labels are all so. Empty: every object. */
export interface LabelSelector {
  readonly match_labels: Readonly<Record<string, string>>;
  readonly match_expressions: readonly Requirement[];
}

/** Places where certain Pods run. */
export interface PodAffinityTerm {
  /** Label of nodes: nodes with the same value are the same place. */
  readonly topology_key: string;
  /** Which Pods. Absent: none. */
  readonly label_selector?: LabelSelector | undefined;
  /** Namespaces of those Pods. Empty: that of the job, unless `namespace_selector` is there. */
  readonly namespaces: readonly string[];
  /** Namespaces of those Pods, by their labels. Absent: none besides `namespaces`. */
  readonly namespace_selector?: LabelSelector | undefined;
  /** Labels in which those Pods are like the Pod of the job. */
  readonly match_label_keys: readonly string[];
  /** Labels in which those Pods are not like the Pod of the job. */
  readonly mismatch_label_keys: readonly string[];
}

/** `[runners.kubernetes.affinity.pod_affinity]`, and the same of `pod_anti_affinity`. */
export interface PodAffinityConfig {
  /** All of these must be so. */
  readonly required_during_scheduling_ignored_during_execution: readonly PodAffinityTerm[];
  /** These should be so. */
  readonly preferred_during_scheduling_ignored_during_execution: readonly {
    readonly weight: number;
    readonly pod_affinity_term: PodAffinityTerm;
  }[];
}

const labelSelector = z.strictObject({
  match_labels: labelTable.describe('Labels that it has, key to value. Empty: any.'),
  match_expressions: z
    .array(labelExpression)
    .default([])
    .describe('What else is required of its labels, all of it. Empty: nothing.'),
});

const term = z
  .strictObject({
    topology_key: labelKey.describe('Label of nodes; nodes where it has the same value are one place.'),
    label_selector: labelSelector.optional().describe('Labels of the Pods that are looked for. Absent: no Pod.'),
    namespaces: z
      .array(checkedText(textRule(isDnsLabel, 'is no name of a namespace')))
      .default([])
      .describe('Namespaces in which they are. Empty: that of the job, unless there is a `namespace_selector`.'),
    namespace_selector: labelSelector
      .optional()
      .describe('Labels of further namespaces in which they are; an empty table means all. Absent: none.'),
    match_label_keys: z
      .array(labelKey)
      .default([])
      .describe("Labels whose values must be those of the job's Pod. Needs Kubernetes 1.31."),
    mismatch_label_keys: z
      .array(labelKey)
      .default([])
      .describe("Labels whose values must not be those of the job's Pod. Needs Kubernetes 1.31."),
  })
  .superRefine((written, context) => {
    for (const [path, message] of matchLabelKeyProblems(written)) context.addIssue({ code: 'custom', path, message });
  });

/** @param not what stands between "must" and "run" in descriptions */
export function podAffinitySchema(not: '' | 'not ') {
  return z.strictObject({
    required_during_scheduling_ignored_during_execution: z
      .array(term)
      .default([])
      .describe(`Pods that must ${not}run where the job's Pod runs. Empty: none.`),
    preferred_during_scheduling_ignored_during_execution: z
      .array(z.strictObject({ weight: weight(), pod_affinity_term: term.describe('Which Pods, and what a place is.') }))
      .default([])
      .describe(`Pods that should ${not}run where the job's Pod runs. Empty: none.`),
  }) satisfies z.ZodType<PodAffinityConfig>;
}
