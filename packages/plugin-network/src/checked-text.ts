import { shortened } from '@podwright/core';
import { z } from 'zod';

/**
 * The schema of a text that must pass a test.
 * @param message what is said of a text that does not; goes on from its value
 */
export function checkedText(isValid: (text: string) => boolean, message: string) {
  return z
    .string({ error: 'must be a text in quotes' })
    .refine(isValid, { error: ({ input }) => `${shown(input)} ${message}` });
}

/** A value of any type, for messages. TOML's integers may be larger than what JSON can say. */
export function shown(input: unknown): string {
  return typeof input === 'bigint' ? String(input) : shortened(JSON.stringify(input));
}
