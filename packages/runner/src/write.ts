import type { Io } from './io.ts';

/** Resolves once stdout has taken the text, or will not take any more. */
export function write(io: Io, text: string): Promise<void> {
  return new Promise((resolve) => {
    io.stdout.once('error', () => resolve());
    io.stdout.write(text, () => resolve());
  });
}
