import { shownValue } from '@podwright/core';
import { z } from 'zod';

/**
 * The schema of a text that must pass a test.
 * @param message what is said of a text that does not; goes on from its value
 */
export function checkedText(isValid: (text: string) => boolean, message: string) {
  return z
    .string({ error: 'must be a text in quotes' })
    .refine(isValid, { error: ({ input }) => `${shownValue(input)} ${message}` });
}
