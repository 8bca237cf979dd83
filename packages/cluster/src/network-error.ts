import { ConnectionLostError, messageOf } from '@podwright/core';
import type { Outcome } from './outcome.ts';

/** What a connector's failure is wrapped in, so that it is known that nothing was sent. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  constructor(override readonly cause: unknown) {
    super(messageOf(cause));
  }
}

const trustCodes: ReadonlySet<unknown> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What a failure below HTTP means for the request.
 * @param what what was asked, and of whom; without secrets
 */
export function networkOutcome(
  what: string,
  thrown: unknown,
): Exclude<Outcome<never>, { kind: 'answered' | 'refused' }> {
  const failedToConnect = thrown instanceof ConnectFailure;
  const cause = failedToConnect ? thrown.cause : thrown;
  const untrusted = failedToConnect && trustCodes.has((cause as NodeJS.ErrnoException).code);
  const hint = untrusted ? '; check ca_file and that the host name is that of the certificate' : '';
  const error = new ConnectionLostError(`${what}: ${describe(cause)}${hint}`, { cause });
  if (untrusted) return { kind: 'untrusted', error };
  return { kind: failedToConnect ? 'unreachable' : 'lost', error };
}

/** Happy eyeballs give an AggregateError without a message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  const text = messageOf(error);
  return text === '' ? ((error as NodeJS.ErrnoException).code ?? 'unknown error') : text;
}
