import { messageOf } from '@podwright/core';
import { CoordinatorUnreachableError } from './errors.ts';

/** What a connector's failure is wrapped in, so that it is known that nothing was sent. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  constructor(override readonly cause: unknown) {
    super(messageOf(cause));
  }
}

/**
 * How a request without an answer ended.
 * - `unreachable`: no connection came about, so GitLab never saw the request
 * - `untrusted`: the same, since the server's certificate does not hold
 * - `lost`: the connection ended, or time was up, before the answer was whole: it may have been done or not
 */
export interface Unanswered {
  readonly kind: 'unreachable' | 'untrusted' | 'lost';
  readonly error: CoordinatorUnreachableError;
}

/**
 * What a failure below HTTP means for the request.
 * @param what what was asked, and of whom; without tokens
 */
export function unanswered(what: string, thrown: unknown): Unanswered {
  if (!(thrown instanceof ConnectFailure)) return { kind: 'lost', error: errorOf(what, thrown, '') };
  const { cause } = thrown;
  const untrusted = /CERT|VERIFY/.test((cause as NodeJS.ErrnoException).code ?? '');
  const hint = untrusted
    ? '; check tls-ca-file, and that the host name in url is that of the certificate'
    : '; check url, and that GitLab can be reached from here';
  return { kind: untrusted ? 'untrusted' : 'unreachable', error: errorOf(what, cause, hint) };
}

function errorOf(what: string, cause: unknown, hint: string): CoordinatorUnreachableError {
  return new CoordinatorUnreachableError(`${what}: ${describe(cause)}${hint}`, { cause });
}

/** A host with several addresses gives an AggregateError without a message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return messageOf(error) || ((error as NodeJS.ErrnoException).code ?? 'unknown error');
}
