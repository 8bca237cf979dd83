import type { FailureReason } from '@podwright/core';

/** What every GitLab knows, without saying so. */
const knownToAll: ReadonlySet<string> = new Set<FailureReason>([
  'script_failure',
  'runner_system_failure',
  'job_execution_timeout',
]);

/**
 * The reason to tell a server that may be older than the reason: GitLab refuses an update with one it does not know.
 * A mistake in the job remains the job's fault, as in GitLab Runner 19; all else is laid to the runner.
 * @param known those that the server listed in the job (`features.failure_reasons`)
 */
export function knownReason(reason: FailureReason, known: readonly string[]): FailureReason {
  if (knownToAll.has(reason) || known.includes(reason)) return reason;
  return reason === 'runner_configuration_error' ? 'script_failure' : 'runner_system_failure';
}
