import { checkedText, shownValue, textRule } from '@podwright/core';
import { z } from 'zod';
import { checkedTable } from './label-schemas.ts';
import { isLabelKey, isLabelValue, notALabelKey, notALabelValue } from './labels.ts';
import { toToleration } from './tolerations.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

const taint = z.string().superRefine((written, context) => {
  const message = problemOfTaint(written);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const effect = checkedText(
  textRule(
    (text) => text === '' || effects.includes(text),
    `must be ${effects.map(shownValue).join(', ')}, or empty for all of these`,
  ),
);

/** The schema of a table of tolerations, `key=value` or `key` to effect. */
export const tolerationTable = checkedTable(taint, effect).default({});

/** What the API server would refuse of a key and a value. */
function problemOfTaint(written: string): string | undefined {
  const { key, value = '' } = toToleration(written, '');
  if (key === '') return 'has no key before "="';
  if (key !== undefined && !isLabelKey(key)) return `${shownValue(key)} ${notALabelKey}`;
  return isLabelValue(value) ? undefined : `${shownValue(value)} ${notALabelValue}`;
}
