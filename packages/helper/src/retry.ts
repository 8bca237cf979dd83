import type { Context } from './cli/command.ts';
import { RetryableError } from './errors.ts';

/** How often and how patiently something is tried again. */
export interface RetryPolicy {
  /** Tries in all, at least 1, for a failure of this kind. */
  tries(failure: RetryableError): number;
  /** Milliseconds to wait after try number `tried`, from 1. */
  delay(tried: number): number;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the tries are used up.
 * @param attempt gets the number of the try, from 1; only a `RetryableError` of it is tried again
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  { log, sleep }: Context,
  attempt: (tried: number) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(tried);
    } catch (error) {
      if (!(error instanceof RetryableError) || tried >= policy.tries(error)) throw error;
      log.warn(`Retrying... ${error.message}`);
      await sleep(policy.delay(tried));
    }
  }
}

/** `retries` more tries with the same pause, in milliseconds, between them. */
export function fixedPolicy(retries: number, pause: number): RetryPolicy {
  return { tries: () => Math.max(0, retries) + 1, delay: () => pause };
}

/** Pauses that double from `first` up to `longest`, in milliseconds. */
export function backOff(first: number, longest: number): RetryPolicy['delay'] {
  return (tried) => Math.min(longest, first * 2 ** (tried - 1));
}
