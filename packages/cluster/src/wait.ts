import { setTimeout as delay } from 'node:timers/promises';

/** Waits. @throws the signal's reason as soon as it is aborted */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The reason of the signal that `withDeadline` gives when time is up. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Runs something that must end when `signal` is aborted or the time is up, whichever is first. Leaves nothing on
 * `signal`, which may live as long as the process.
 * @param work given a signal that is aborted with the outer signal's reason or a `DeadlineError`
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const onAbort = (): void => inner.abort(signal.reason);
  const timer = setTimeout(() => inner.abort(new DeadlineError(`no answer within ${milliseconds} ms`)), milliseconds);
  signal.addEventListener('abort', onAbort);
  try {
    return await work(inner.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
