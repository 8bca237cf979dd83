import type { Io } from '../io.ts';
import type { Log } from '../log.ts';
import type { Flags, Values } from './flags.ts';
import { parseFlags } from './parse-flags.ts';

/** What a command has to work with. */
export interface Context {
  readonly io: Io;
  readonly log: Log;
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** One command, with its flags and what it does. */
export interface CommandSpec<F extends Flags> {
  readonly flags: F;
  /** The name of what follows the flags, where something may. */
  readonly operands?: string;
  /** @throws HelperError when it fails: the exit status is 1 then, else 0 */
  run(values: Values<F>, context: Context, operands: readonly string[]): Promise<void>;
}

/** A command that reads its own arguments. */
export interface Command {
  readonly flags: Flags;
  readonly operands?: string;
  execute(argv: readonly string[], context: Context): Promise<void>;
}

/** Makes a command of its description. */
export function defineCommand<F extends Flags>(spec: CommandSpec<F>): Command {
  return {
    flags: spec.flags,
    ...(spec.operands !== undefined && { operands: spec.operands }),
    async execute(argv, context) {
      const { values, rest } = parseFlags(spec.flags, argv, context.io.env);
      // GitLab's program takes no notice of them either; a script that is newer than this program may have some.
      if (spec.operands === undefined && rest.length > 0)
        context.log.warn(`not used: ${rest.length} further arguments`);
      await spec.run(values, context, rest);
    },
  };
}
