import type { FailureReason, JobResult } from '@podwright/core';
import { knownReason } from './failure-reason.ts';
import type { JobRef } from './handed-job.ts';

/** What a log is, from its first byte. */
export interface TraceDigest {
  /** `crc32:` and 8 hex digits. */
  readonly checksum: string;
  /** Bytes. */
  readonly bytesize: number;
}

export interface JobUpdate {
  readonly state: 'running' | 'success' | 'failed';
  /** Told in a word that the server knows. */
  readonly reason?: FailureReason;
  readonly exitCode?: number;
  readonly trace: TraceDigest;
}

/** How a job that ended so is told. */
export function updateOf(result: JobResult, trace: TraceDigest): JobUpdate {
  if (result.state === 'success') return { state: 'success', trace };
  const { state, reason, exitCode } = result;
  return { state, reason, trace, ...(exitCode === undefined ? {} : { exitCode }) };
}

/** The body of `PUT /jobs/:id`. An exit code of 0 is left out, as GitLab Runner does. */
export function updateBody(job: JobRef, { state, reason, exitCode, trace }: JobUpdate): Record<string, unknown> {
  return {
    token: job.token,
    state,
    failure_reason: reason === undefined ? undefined : knownReason(reason, job.failureReasons),
    exit_code: exitCode === 0 ? undefined : exitCode,
    // Older servers read the checksum only here.
    checksum: trace.checksum,
    output: trace,
  };
}
