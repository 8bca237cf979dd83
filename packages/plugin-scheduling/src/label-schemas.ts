import { checkedText, shownValue, textRule } from '@podwright/core';
import { z } from 'zod';
import { isLabelKey, notALabelKey } from './labels.ts';

/** The schema of a label's key. */
export const labelKey = checkedText(textRule(isLabelKey, notALabelKey));

/** The schema of a table of texts. What is wrong with a key is said where it stands. */
export function checkedTable(key: z.ZodType<string, string>, value: z.ZodType<string>) {
  return z.record(key, value, {
    error: (issue) =>
      issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : undefined,
  });
}

/** What a message begins with that goes on with "must be". */
export function shownOrMissing(input: unknown): string {
  return input === undefined ? 'is missing: it' : shownValue(input);
}
