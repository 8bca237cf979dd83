import { z } from 'zod';
import { jsonOf, type Answer } from './answer.ts';

/** What GitLab tells of a runner that it knows; 15 and later tell. */
export interface KnownRunner {
  readonly id?: number;
  /** Absent: never, or GitLab did not tell. */
  readonly tokenExpiresAt?: Date;
}

const knownSchema = z.object({
  id: z.int().positive().optional().catch(undefined),
  token_expires_at: z.iso.datetime({ offset: true }).nullish().catch(undefined),
});

/** What an answer tells of a runner. Whatever is odd in it is left out. */
export function knownRunnerOf(answer: Answer): KnownRunner {
  const { id, token_expires_at: expires } = knownSchema.catch({}).parse(jsonOf(answer));
  return { ...(id !== undefined && { id }), ...(expires && { tokenExpiresAt: new Date(expires) }) };
}
