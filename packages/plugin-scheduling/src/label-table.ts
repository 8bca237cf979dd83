import { checkedText, textRule } from '@podwright/core';
import { checkedTable, labelKey } from './label-schemas.ts';
import { isLabelValue, notALabelValue } from './labels.ts';

/** The schema of a table of labels, key to value. */
export const labelTable = checkedTable(labelKey, checkedText(textRule(isLabelValue, notALabelValue))).default({});

/** The same labels, sorted by key. */
export function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
