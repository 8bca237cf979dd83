import { isSystemFailure, type JobResult } from '@podwright/core';

/** What the command's exit status says. */
export const exitStatus = {
  success: 0,
  /** The job failed by its own doing, ran out of time or was cancelled. */
  jobFailed: 1,
  /** A runner whose token GitLab refuses. */
  runnerGone: 1,
  /** Wrong usage, configuration, CI file or sources: nothing was run. */
  badInput: 2,
  /** The system failed: the cluster, the network, podwright itself. */
  systemFailure: 3,
  /** The user would not wait for the clean-up. */
  left: 130,
} as const;

/** The exit status of a job that came to its end. */
export function statusOf(result: JobResult): number {
  if (result.state === 'success') return exitStatus.success;
  return isSystemFailure(result.reason) ? exitStatus.systemFailure : exitStatus.jobFailed;
}
