/**
 * Why a job failed, in GitLab's words (`job-lifecycle`: `failure_reason` of `PUT /jobs/:id`).
 * The coordinator client maps a reason that the server does not know to one that it does.
 */
export const failureReasons = [
  'script_failure',
  'runner_system_failure',
  'job_execution_timeout',
  'job_canceled',
  'image_pull_failure',
  'unknown_failure',
  'runner_configuration_error',
  'runner_external_dependency_failure',
  'runner_interrupted',
] as const;

export type FailureReason = (typeof failureReasons)[number];

/** A job that ended otherwise than well. */
export interface JobFailure {
  readonly state: 'failed';
  readonly reason: FailureReason;
  /** What happened, for the person who wrote the job: one sentence, without a full stop. */
  readonly message: string;
  /** What to do about it: one sentence, without a full stop. */
  readonly hint?: string;
  /** The stage of the plan that failed; absent when no stage had begun. */
  readonly stage?: string;
  /** The exit code of the script; absent when no script ended by itself. */
  readonly exitCode?: number;
}

export interface JobSuccess {
  readonly state: 'success';
}

export type JobResult = JobSuccess | JobFailure;

/** The result of a job that somebody cancelled or gave up. */
export const canceled: JobFailure = Object.freeze({
  state: 'failed',
  reason: 'job_canceled',
  message: 'the job was canceled',
});

/** Whose fault a failure is: the job's own (exit status 1), or the system's (exit status 3). */
export function isSystemFailure(reason: FailureReason): boolean {
  switch (reason) {
    case 'script_failure':
    case 'job_execution_timeout':
    case 'job_canceled':
    case 'runner_configuration_error':
      return false;
    case 'runner_system_failure':
    case 'image_pull_failure':
    case 'unknown_failure':
    case 'runner_external_dependency_failure':
    case 'runner_interrupted':
      return true;
  }
}
