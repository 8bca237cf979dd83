import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls a listener when the signal is aborted, at once if it was already. Many requests may share one signal: Node.js
 * would take more than ten listeners for a leak, and say so on stderr.
 * @returns takes the listener away
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Waits. @throws the signal's reason as soon as it is aborted */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  setMaxListeners(0, signal);
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
 * Waits for something no longer than until `signal` is aborted or the time is up. Leaves nothing on `signal`, which may
 * live as long as the process.
 * @param work given a signal that is aborted then; if it does not heed it, what it gives later is dropped
 * @throws the signal's reason, or a `DeadlineError`
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    onAbort(inner.signal, () => reject(inner.signal.reason as Error));
  });
  const remove = onAbort(signal, () => inner.abort(signal.reason));
  const timer = setTimeout(() => inner.abort(new DeadlineError(`no answer within ${milliseconds} ms`)), milliseconds);
  try {
    return await Promise.race([work(inner.signal), aborted]);
  } finally {
    clearTimeout(timer);
    remove();
  }
}
