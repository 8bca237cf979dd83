import { CommanderError } from 'commander';
import { ConfigError, JobRejectedError, PluginLoadError, PodwrightError, messageOf } from '@podwright/core';
import { exitStatus } from './exit-status.ts';
import { createProgram } from './program.ts';
import { createTell, type Tell } from './terminal/tell.ts';
import { UsageError } from './usage-error.ts';
import type { Io } from './io.ts';

/**
 * The whole command.
 * @param argv arguments without the program's name
 * @returns the exit status; never throws
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  // Nobody may be reading any more; whoever must know listens, too.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', () => undefined);
  let status: number = exitStatus.badInput;
  try {
    await createProgram(io, (result) => (status = result)).parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return failure(error, createTell(io.stderr));
  }
}

/** What is wrong with them is wrong with what was given. */
const inputErrors = [ConfigError, UsageError, PluginLoadError];

function failure(error: unknown, tell: Tell): number {
  // Help and version come this way, too; whatever there is to say was said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.success : exitStatus.badInput;
  if (error instanceof JobRejectedError) {
    tell(`the job is refused: ${error.message}${error.plugin === undefined ? '' : ` (plugin ${error.plugin})`}`);
    if (error.hint !== undefined) tell(`hint: ${error.hint}`);
    return exitStatus.jobFailed;
  }
  tell(messageOf(error));
  const isRefused = error instanceof PodwrightError && error.code === 'RUNNER_REFUSED';
  const isInput = isRefused || inputErrors.some((kind) => error instanceof kind);
  return isInput ? exitStatus.badInput : exitStatus.systemFailure;
}
