import { setTimeout as delay } from 'node:timers/promises';
import { retryAfterOf, type Answer } from './answer.ts';
import type { Unanswered } from './network-error.ts';
import { backoff, type CoordinatorTiming } from './timing.ts';

/** How one try of a request ended. */
export type Outcome = { readonly kind: 'answered'; readonly answer: Answer } | Unanswered;

/**
 * Whether one more try is safe and may help.
 *
 * | outcome                        | idempotent | other                  |
 * |--------------------------------|------------|------------------------|
 * | unreachable                    | yes        | yes, nothing was sent  |
 * | lost                           | yes        | no, it may be done     |
 * | 429, 503                       | yes        | yes, nothing was done  |
 * | 408, other 500 and above       | yes        | no, it may be done     |
 * | untrusted, everything else     | no         | no                     |
 */
export function mayRepeat(idempotent: boolean, outcome: Outcome): boolean {
  if (outcome.kind !== 'answered') return outcome.kind === 'unreachable' || (outcome.kind === 'lost' && idempotent);
  const { status } = outcome.answer;
  if (status === 429 || status === 503) return true;
  return idempotent && (status === 408 || status >= 500);
}

/**
 * Tries until the outcome is final or the time for it is up, with pauses that grow, or that GitLab asked for.
 * @param onOutcome told each outcome, and whether there will be another try
 * @returns the last answer, whatever its status
 * @throws CoordinatorUnreachableError when the last try had none; the signal's reason when it is aborted
 */
export async function repeat(
  idempotent: boolean,
  attempt: () => Promise<Outcome>,
  timing: CoordinatorTiming,
  signal: AbortSignal,
  onOutcome: (outcome: Outcome, isRepeated: boolean) => void = () => undefined,
): Promise<Answer> {
  const end = Date.now() + timing.repeat;
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    const pause = pauseAfter(outcome, tries, timing);
    const isRepeated = mayRepeat(idempotent, outcome) && Date.now() + pause <= end;
    onOutcome(outcome, isRepeated);
    if (!isRepeated) {
      if (outcome.kind === 'answered') return outcome.answer;
      throw outcome.error;
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

function pauseAfter(outcome: Outcome, tries: number, timing: CoordinatorTiming): number {
  const asked = outcome.kind === 'answered' ? (retryAfterOf(outcome.answer, Date.now()) ?? 0) : 0;
  return Math.max(asked, backoff(tries, timing.backoffMin, timing.backoffMax));
}
