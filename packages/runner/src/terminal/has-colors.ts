import type { Io, Output } from '../io.ts';

/** Whether colours are wanted: on terminals, unless NO_COLOR is set. */
export function hasColors(stdout: Output, env: Io['env']): boolean {
  return stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '';
}
