import type { Outcome } from './outcome.ts';
import { backoff, type ClusterTiming } from './timing.ts';
import { sleep } from './wait.ts';

/** What repeating a request would do: `read` and `delete` change nothing more, `create` and `exec` might act twice. */
export type Effect = 'read' | 'delete' | 'create' | 'exec';

/**
 * Texts of answers of 500 that tell of a passing trouble between the API server and etcd, a webhook or a kubelet
 * (GitLab Runner's list of errors worth a retry).
 */
const passingTroubles = [
  'error dialing backend',
  'tls handshake timeout',
  'tls: internal error',
  'connection timed out',
  'connection refused',
  'connection reset by peer',
  'timeout occurred',
  'etcdserver: request timed out',
  'etcdserver: leader changed',
  'http2: client connection lost',
  'unexpected eof',
  'broken pipe',
  'context deadline exceeded',
];

/** Whether the text tells of a connection that broke somewhere behind the API server. */
export function isPassingTrouble(message: string): boolean {
  const text = message.toLowerCase();
  return passingTroubles.some((trouble) => text.includes(trouble));
}

/**
 * Whether one more try is safe and may help.
 *
 * | outcome                                   | read, delete | create                   | exec                     |
 * |-------------------------------------------|--------------|--------------------------|--------------------------|
 * | unreachable                               | yes          | yes, nothing was sent    | yes, nothing was sent    |
 * | lost (connection or time)                 | yes          | yes, see below           | no, it may have run      |
 * | 401                                       | once, with credentials read anew       | same      | same      |
 * | 409 Conflict (quota was being counted)    | yes          | yes, nothing was made    | no                       |
 * | 408, 429                                  | yes          | yes, nothing was made    | yes, it did not run      |
 * | 502, 503, 504                             | yes          | yes, see below           | yes, it did not run      |
 * | 500 that tells of a passing trouble       | yes          | yes, see below           | yes, it did not run      |
 * | other 500 and above                       | yes          | no                       | no                       |
 * | untrusted, 409 AlreadyExists, other 4xx   | no           | no                       | no                       |
 *
 * A create may be repeated although the first may have been done, since podwright chooses the names: the second is
 * then answered with 409 AlreadyExists, and `createObject` reads the object back and makes sure it is its own.
 * An exec that was refused has not begun: the container's streams are connected before the program starts.
 */
export function mayRepeat(effect: Effect, outcome: Outcome<unknown>, tries: number): boolean {
  if (outcome.kind === 'unreachable') return true;
  if (outcome.kind === 'lost') return effect !== 'exec';
  if (outcome.kind !== 'refused') return false;
  const { status, reason, message } = outcome.error;
  if (status === 401) return tries === 1;
  if (status === 409) return reason === 'Conflict' && effect !== 'exec';
  if (status === 408 || status === 429 || (status >= 502 && status <= 504)) return true;
  if (status < 500) return false;
  return effect === 'read' || effect === 'delete' || isPassingTrouble(message);
}

/**
 * Tries until the outcome is final or the time for it is up, with pauses that grow, or that the API asked for.
 * @returns the last outcome
 * @throws the signal's reason when it is aborted
 */
export async function repeat<T>(
  effect: Effect,
  attempt: () => Promise<Outcome<T>>,
  timing: ClusterTiming,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  const end = Date.now() + timing.repeat;
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    if (!mayRepeat(effect, outcome, tries)) return outcome;
    const asked = outcome.kind === 'refused' ? (outcome.retryAfter ?? 0) : 0;
    const pause = Math.max(asked, backoff(tries - 1, timing.backoffMin, timing.backoffMax));
    if (Date.now() + pause > end) return outcome;
    await sleep(pause, signal);
  }
}
