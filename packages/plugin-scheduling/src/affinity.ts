import type { Affinity, Explained } from '@podwright/core';
import type { AffinityConfig } from './config.ts';
import { filled } from './filled.ts';
import { nodeAffinity } from './node-affinity.ts';
import { podAffinity } from './pod-affinity.ts';

const keys: Readonly<Record<string, string>> = {
  nodeAffinity: 'node_affinity',
  podAffinity: 'pod_affinity',
  podAntiAffinity: 'pod_anti_affinity',
  requiredDuringSchedulingIgnoredDuringExecution: 'required_during_scheduling_ignored_during_execution',
  preferredDuringSchedulingIgnoredDuringExecution: 'preferred_during_scheduling_ignored_during_execution',
};

/** Translates the configuration, in its order; what is empty is left out. @returns `undefined` when all is */
export function affinity(config: AffinityConfig): Explained<Affinity> | undefined {
  const all: Affinity = {
    ...filled('nodeAffinity', config.node_affinity && nodeAffinity(config.node_affinity)),
    ...filled('podAffinity', config.pod_affinity && podAffinity(config.pod_affinity)),
    ...filled('podAntiAffinity', config.pod_anti_affinity && podAffinity(config.pod_anti_affinity)),
  };
  if (Object.keys(all).length === 0) return undefined;
  const fields = Object.entries(all).flatMap(([kind, rules]) =>
    Object.keys(rules as object).map((rule) => [kind, rule]),
  );
  return {
    value: all,
    causes: new Map(
      fields.map((field) => [
        `spec.affinity.${field.join('.')}`,
        { config: ['affinity', ...field.map((member) => keys[member] ?? member)].join('.') },
      ]),
    ),
  };
}
