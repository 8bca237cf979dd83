import { z } from 'zod';
import { shownValue } from '../job/overwrite.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Longer timers of Node.js end at once. */
const longestSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** An absolute path, or empty. */
export const absolutePath = z.string().refine((path) => path === '' || path.startsWith('/'), {
  error: ({ input }) => `${shownValue(input)} must be an absolute path`,
});

/** An http or https URL, or empty. One with a password is not shown. */
export const httpUrl = z.string().refine((url) => url === '' || isHttpUrl(url), {
  error: ({ input }) => `${shownUrl(input)} must be an http or https URL such as "https://gitlab.example.com"`,
});

/** An entry such as `KEY=value`. The value may be a secret. */
export const environmentEntry = z.string().superRefine((entry, context) => {
  const [name = ''] = entry.split('=', 1);
  if (!entry.includes('=')) {
    context.addIssue({ code: 'custom', message: 'must be KEY=value' });
  } else if (!variableName.test(name)) {
    const message = `${shownValue(name)} is no name of a variable: letters, digits and _, not beginning with a digit`;
    context.addIssue({ code: 'custom', message });
  }
});

/** A number of seconds that a timer can wait. */
export function timerSeconds() {
  return z.int().max(longestSeconds, {
    error: ({ input }) => `${shownValue(input)} must be at most ${longestSeconds} (24 days): longer timers end at once`,
  });
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

function shownUrl(url: unknown): string {
  return typeof url === 'string' && url.includes('@') ? 'it' : shownValue(url);
}
