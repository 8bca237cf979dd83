import { headerOf, updateIntervalOf, type Answer } from './answer.ts';

/** What every answer about a job may say. */
export interface JobNews {
  /** Somebody wants the job to end gracefully: `after_script` still runs. */
  readonly canceling: boolean;
  /** Milliseconds until GitLab wants to hear of the job again; absent when it did not say. */
  readonly interval?: number;
}

export function newsOf(answer: Answer): JobNews {
  const interval = updateIntervalOf(answer);
  return { canceling: headerOf(answer, 'job-status') === 'canceling', ...(interval === undefined ? {} : { interval }) };
}
