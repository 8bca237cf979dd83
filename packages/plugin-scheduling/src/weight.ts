import { z } from 'zod';
import { shownOrMissing } from './label-schemas.ts';

/** The schema of how much a preference counts. Each check has the same message, as each says only a part of it. */
export function weight() {
  return z.int({ error }).min(1, { error }).max(100, { error }).describe('How much it counts, from 1 to 100.');
}

function error({ input }: { input?: unknown }): string {
  return `${shownOrMissing(input)} must be a whole number from 1 to 100`;
}
