import { z } from 'zod';
import { shownValue } from '../job/overwrite.ts';

/** What is said of a text that does not keep to a rule, going on from the text; nothing of one that does. */
export type TextRule = (text: string) => string | undefined;

/** The schema of a key whose text must keep to a rule. */
export function checkedText(rule: TextRule): z.ZodString {
  return z.string({ error: ({ input }) => notAText(input) }).superRefine((text, context) => {
    const problem = rule(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `${shownValue(text)} ${problem}` });
  });
}

/** The rule of a test. @param problem what is said of a text that does not pass */
export function textRule(isValid: (text: string) => boolean, problem: string): TextRule {
  return (text) => (isValid(text) ? undefined : problem);
}

/** Says what to write instead of a value that is no text. */
export function notAText(input: unknown): string {
  if (input === undefined) return 'is missing';
  if (typeof input === 'object') return 'must be a text; a key with dots is written in quotes';
  return `${shownValue(input)} must be in quotes: "${shownValue(input)}"`;
}
