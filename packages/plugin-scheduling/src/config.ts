import { z } from 'zod';
import { labelTable } from './label-table.ts';
import { nodeAffinitySchema, type NodeAffinityConfig } from './node-affinity-config.ts';
import { podAffinitySchema, type PodAffinityConfig } from './pod-affinity-config.ts';
import { tolerationTable } from './toleration-table.ts';

/** `[runners.kubernetes.affinity]` */
export interface AffinityConfig {
  /** To nodes, by their labels. */
  readonly node_affinity?: NodeAffinityConfig | undefined;
  /** To places where certain Pods run. */
  readonly pod_affinity?: PodAffinityConfig | undefined;
  /** To places where certain Pods do not run. */
  readonly pod_anti_affinity?: PodAffinityConfig | undefined;
}

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface SchedulingConfig {
  /** Labels that a node must have, key to value. Empty: none. */
  readonly node_selector: Readonly<Record<string, string>>;
  /** Taints that are tolerated, `key=value` or `key` to effect. Empty: none. */
  readonly node_tolerations: Readonly<Record<string, string>>;
  /** Rules for the choice of a node. Empty: none. */
  readonly affinity: AffinityConfig;
}

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z.strictObject({
  node_selector: labelTable.describe('Labels that a node must have to be used, key to value. Empty: none.'),
  node_tolerations: tolerationTable.describe('Taints of nodes that do not keep the Pod away, see below. Empty: none.'),
  affinity: z
    .strictObject({
      node_affinity: nodeAffinitySchema
        .optional()
        .describe('Which nodes the Pod may or should run on, by their labels. Empty: any.'),
      pod_affinity: podAffinitySchema('')
        .optional()
        .describe("Pods that must or should run where the job's Pod runs. Empty: none."),
      pod_anti_affinity: podAffinitySchema('not ')
        .optional()
        .describe("Pods that must not or should not run where the job's Pod runs. Empty: none."),
    })
    .prefault({})
    .describe('Rules for the choice of a node. Empty: none.'),
}) satisfies z.ZodType<SchedulingConfig>;
