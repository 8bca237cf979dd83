import { ClusterApiError, ConnectionLostError, JobFailedError, messageOf } from '../errors.ts';
import type { JobFailure } from '../failure.ts';

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
  switch (error.status) {
    case 400:
    case 422:
      return {
        ...failure,
        reason: 'runner_configuration_error',
        hint: 'the cluster refuses a Pod like this: `podwright pod` prints it; correct the setting that is named above',
      };
    case 401:
      return {
        ...failure,
        hint: 'the token or certificate is refused: it may have expired or belong to another cluster',
      };
    case 403:
      return {
        ...failure,
        hint: 'grant the user that is named above the verb, in this namespace; for a quota, free some of it or ask for less',
      };
    case 404:
      return { ...failure, hint: 'create the namespace, or correct `namespace`' };
    default:
      return failure;
  }
}
