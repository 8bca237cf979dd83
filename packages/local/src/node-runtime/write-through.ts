import type { Readable, Writable } from 'node:stream';

/**
 * Copies a stream, no faster than it is taken, to a stream that stays open; with no target, or one that is gone, what
 * comes is dropped, so that the source is never held up for nothing.
 */
export async function writeThrough(source: Readable, target: Writable | undefined, signal: AbortSignal): Promise<void> {
  for await (const chunk of source) await writeTo(target, chunk as Buffer, signal);
}

/** Writes and waits until the target takes more, is gone, or the signal aborts. */
export async function writeTo(target: Writable | undefined, data: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!target?.writable || signal.aborted || target.write(data)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) target.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) target.on(event, done);
    signal.addEventListener('abort', done);
  });
}
