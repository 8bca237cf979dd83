import { joinPath, type Explained } from '@podwright/core';
import { sortedLabels } from './label-table.ts';

/** Labels that a node must have, sorted by key. @returns `undefined` when there are none */
export function nodeSelector(
  configured: Readonly<Record<string, string>>,
): Explained<Readonly<Record<string, string>>> | undefined {
  const labels = sortedLabels(configured);
  const keys = Object.keys(labels);
  if (keys.length === 0) return undefined;
  return {
    value: labels,
    causes: new Map(keys.map((key) => [`spec.nodeSelector.${key}`, { config: joinPath('node_selector', [key]) }])),
  };
}
