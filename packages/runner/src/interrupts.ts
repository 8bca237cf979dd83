import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';

/** The two ways to end a job early. */
export interface Interrupts {
  /** Aborted to cancel the job in order. */
  readonly cancel: AbortController;
  /** Aborted to delete its Pod at once. */
  readonly kill: AbortController;
  /** Stops listening. */
  readonly close: () => void;
}

/** Ctrl-C or SIGTERM once cancels the job, twice deletes its Pod at once, three times leaves everything behind. */
export function listenToInterrupts(io: Io, tell: (text: string) => void): Interrupts {
  const cancel = new AbortController();
  const kill = new AbortController();
  const close = io.onInterrupt(() => {
    if (!cancel.signal.aborted) {
      tell('cancelling the job; once more deletes its Pod at once');
      cancel.abort();
    } else if (!kill.signal.aborted) {
      tell('deleting the Pod; once more leaves without cleaning up');
      kill.abort();
    } else {
      tell('left: the Pod may still be there');
      io.leave(exitStatus.left);
    }
  });
  return { cancel, kill, close };
}
