import { PodwrightError } from '@podwright/core';

/** GitLab answered with something that is of no use: a fault of its own, or of what was asked. */
export class CoordinatorError extends PodwrightError {
  readonly code = 'COORDINATOR';
  /**
   * @param status HTTP status of the answer
   * @param retryAfter milliseconds that GitLab asked to wait before the next try
   */
  constructor(
    message: string,
    readonly status: number,
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** GitLab did not answer, or the connection ended before the answer was whole. What was asked may have been done. */
export class CoordinatorUnreachableError extends PodwrightError {
  readonly code = 'COORDINATOR_UNREACHABLE';
}

/** GitLab does not accept the runner's token: nothing will come of asking again. */
export class RunnerRefusedError extends PodwrightError {
  readonly code = 'RUNNER_REFUSED';
}

/** GitLab no longer wants anything of the job: it was canceled, has timed out, or was deleted. */
export class JobGoneError extends PodwrightError {
  readonly code = 'JOB_GONE';
  /** @param jobStatus the job's status in GitLab's words; absent when it did not tell */
  constructor(
    message: string,
    readonly jobStatus?: string,
  ) {
    super(message);
  }
}
