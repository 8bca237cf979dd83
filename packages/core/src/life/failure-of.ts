import { ClusterApiError, ConnectionLostError, JobFailedError, messageOf } from '../errors.ts';
import type { JobFailure } from '../failure.ts';
import { refusalHint } from './refusal-hint.ts';

/** What an error means for the job, and what to do about it. It is infrastructure unless it says otherwise. */
export function failureOf(error: unknown): JobFailure {
  if (error instanceof JobFailedError) return error.failure;
  const failure: JobFailure = { state: 'failed', reason: 'runner_system_failure', message: messageOf(error) };
  if (error instanceof ClusterApiError) return ofAnswer(error, failure);
  if (error instanceof ConnectionLostError) {
    return {
      ...failure,
      hint: 'check that the Kubernetes API is up and that host, proxy and network of the runner are right',
    };
  }
  return failure;
}

function ofAnswer(error: ClusterApiError, failure: JobFailure): JobFailure {
  const hint = refusalHint(error);
  const advised = hint === undefined ? failure : { ...failure, hint };
  const isBadPod = error.status === 400 || error.status === 422;
  return isBadPod ? { ...advised, reason: 'runner_configuration_error' } : advised;
}
