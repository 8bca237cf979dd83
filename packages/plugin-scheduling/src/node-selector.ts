import { joinPath, type Cause } from '@podwright/core';
import { sortedLabels } from './label-table.ts';

/** Labels that a node must have, and where each comes from. */
export interface OwnNodeSelector {
  /** Sorted by key. */
  readonly labels: Readonly<Record<string, string>>;
  /** By field of the Pod, such as `spec.nodeSelector.disk`. */
  readonly causes: ReadonlyMap<string, Cause>;
}

/** @returns `undefined` when there are no labels */
export function nodeSelector(configured: Readonly<Record<string, string>>): OwnNodeSelector | undefined {
  const labels = sortedLabels(configured);
  const keys = Object.keys(labels);
  if (keys.length === 0) return undefined;
  return {
    labels,
    causes: new Map(keys.map((key) => [`spec.nodeSelector.${key}`, { config: joinPath('node_selector', [key]) }])),
  };
}
