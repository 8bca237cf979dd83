import { shownValue } from '@podwright/core';
import { z } from 'zod';
import { isLabelKey, notALabelKey } from './labels.ts';

/**
 * The schema of a text that must pass a test.
 * @param message what is said of a text that does not; goes on from its value
 */
export function checkedText(isValid: (text: string) => boolean, message: string) {
  return z
    .string({ error: ({ input }) => notAText(input) })
    .refine(isValid, { error: ({ input }) => `${shownValue(input)} ${message}` });
}

/** The schema of a label's key. */
export const labelKey = checkedText(isLabelKey, notALabelKey);

/** The schema of a table of texts. What is wrong with a key is said where it stands. */
export function checkedTable(key: z.ZodType<string, string>, value: z.ZodType<string>) {
  return z.record(key, value, {
    error: (issue) =>
      issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : undefined,
  });
}

/** Says what to write instead of a value that is no text. */
export function notAText(input: unknown): string {
  if (input === undefined) return 'is missing';
  if (typeof input === 'object') return 'must be a text; a key with dots is written in quotes';
  return `${shownValue(input)} must be in quotes: "${shownValue(input)}"`;
}

/** What a message begins with that goes on with "must be". */
export function shownOrMissing(input: unknown): string {
  return input === undefined ? 'is missing: it' : shownValue(input);
}
