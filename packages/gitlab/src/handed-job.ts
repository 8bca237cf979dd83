import { ConfigError, parseJobPayload, type JobPayload } from '@podwright/core';
import { z } from 'zod';

/** What is needed to speak of a job with GitLab. */
export interface JobRef {
  readonly id: number;
  /** The job's own token. */
  readonly token: string;
  /** Reasons of failure that the server knows beside the three that all know (`features.failure_reasons`). */
  readonly failureReasons: readonly string[];
}

/** A job that GitLab handed out to this runner. */
export interface HandedJob extends JobRef {
  /** As GitLab sent it. */
  readonly raw: unknown;
  readonly payload: JobPayload;
}

/** What a 201 holds. An `unusable` job is ours all the same: report it as failed, or GitLab waits for its timeout. */
export type Handed =
  | { readonly kind: 'job'; readonly job: HandedJob }
  | { readonly kind: 'unusable'; readonly job: JobRef; readonly error: ConfigError };

const refSchema = z.object({
  id: z.int(),
  token: z.string().min(1),
  features: z.object({ failure_reasons: z.array(z.string()).nullish() }).nullish(),
});

/** Reads the body of a 201. Gives nothing when not even id and token can be read. */
export function readHandedJob(raw: unknown): Handed | undefined {
  const ref = refSchema.safeParse(raw);
  if (!ref.success) return undefined;
  const { id, token, features } = ref.data;
  const job: JobRef = { id, token, failureReasons: features?.failure_reasons ?? [] };
  try {
    return { kind: 'job', job: { ...job, raw, payload: parseJobPayload(raw, `job ${id}`) } };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'unusable', job, error };
    throw error;
  }
}
