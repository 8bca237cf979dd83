import { headerOf, refusalText, retryAfterOf, type Answer } from './answer.ts';
import { CoordinatorError, JobGoneError } from './errors.ts';

/**
 * The error for an answer that nothing can be made of.
 * @param what what was asked, and of whom; without tokens
 * @param token the one that was sent: never repeated, even if GitLab does
 */
export function refusal(what: string, answer: Answer, token: string): CoordinatorError {
  const text = join(`HTTP ${answer.status}`, refusalText(answer, token), hintFor(answer));
  return new CoordinatorError(`${what}: ${text}`, answer.status, retryAfterOf(answer, Date.now()));
}

/** The error for a job that GitLab no longer wants, if this answer says so (GitLab Runner's rule). */
export function jobGone(what: string, answer: Answer, token: string): JobGoneError | undefined {
  const jobStatus = headerOf(answer, 'job-status');
  const over = jobStatus === 'canceled' || jobStatus === 'failed';
  if (!over && answer.status !== 403 && answer.status !== 404) return undefined;
  const status = jobStatus === undefined ? '' : `the job is ${jobStatus}`;
  const text = join(`HTTP ${answer.status}`, status, refusalText(answer, token));
  return new JobGoneError(`${what}: GitLab no longer wants the job (${text}); stop it`, jobStatus);
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}

function hintFor(answer: Answer): string {
  const { status } = answer;
  if (status < 300) return 'this is not what GitLab answers; check url, and the proxy before it';
  if (status < 400) return `redirected to ${originOf(headerOf(answer, 'location'))}; set url to that`;
  if (status === 404) return 'check that url is that of a GitLab';
  return status >= 500 ? 'GitLab has trouble; see its logs, and those of the proxy before it' : '';
}

/** No more of the address than this: its path or query may hold secrets. */
function originOf(location = ''): string {
  return URL.canParse(location) ? new URL(location).origin : 'somewhere else';
}
