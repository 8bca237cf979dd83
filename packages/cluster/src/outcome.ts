import type { ClusterApiError, ConnectionLostError } from '@podwright/core';

/**
 * How one try of a request ended.
 * - `answered`: the API did it
 * - `refused`: the API said no, with a status of 300 or more
 * - `unreachable`: no connection came about, so the API never saw the request
 * - `untrusted`: the server's certificate does not hold, or it does not speak TLS; the API never saw the request
 * - `lost`: the connection ended, or time was up, before the answer was whole: it may have been done or not
 */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | Refused
  | { readonly kind: 'unreachable' | 'untrusted' | 'lost'; readonly error: ConnectionLostError };

export interface Refused {
  readonly kind: 'refused';
  readonly error: ClusterApiError;
  /** Milliseconds that the API asked to wait before the next try. */
  readonly retryAfter?: number;
}

/** The value of an answer. @throws the outcome's error when it is none */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'answered') return outcome.value;
  throw outcome.error;
}
