import { messageOf, removeRunners } from '@podwright/core';
import { runnerInfo } from '../daemon/runner-info.ts';
import { exitStatus } from '../exit-status.ts';
import { asker, interruptible, withCoordinator, type Asked } from '../registration/ask-gitlab.ts';
import { checkReplaceable, editConfigText } from '../registration/config-text.ts';
import { fileRunner, isSame, type FileRunner } from '../registration/file-runner.ts';
import type { CommandLine } from '../registration/flag-option.ts';
import { readSelection } from '../registration/selection.ts';
import { oneLine, runnerLine } from '../registration/shown-runner.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/** What GitLab says of a runner; `failed` when it could not be asked. */
interface Verdict {
  readonly runner: FileRunner;
  readonly state: 'alive' | 'removed' | 'failed';
  readonly reason: string;
}

/**
 * Asks GitLab of runners whether it knows them. With `delete`, those that it refuses are removed from the file.
 * @returns the exit status
 * @throws ConfigError for a file that cannot be read or written, UsageError for flags that choose no runner
 */
export async function verify(commandLine: CommandLine & { readonly delete?: boolean }, io: Io): Promise<number> {
  const { place, runners, chosen = runners } = await readSelection(commandLine, false, io);
  const isDelete = commandLine.delete === true;
  if (isDelete) await checkReplaceable(place);
  const asked = await asker(place, io);
  const verdicts = await interruptible(io, (signal) =>
    Promise.all(chosen.map((runner) => verdictOf(runner, asked, signal))),
  );
  const removed = verdicts.filter(({ state }) => state === 'removed').map(({ runner }) => runner);
  if (isDelete && removed.some((one) => runners.includes(one))) {
    const isGone = (runner: FileRunner): boolean => removed.some((one) => isSame(one, runner));
    await editConfigText(place, (text) => removeRunners(text, place.source, (table) => isGone(fileRunner(table))));
  }
  const taken = isDelete ? `; taken out of ${place.source}` : '';
  const lines = verdicts.map(({ runner, state, reason }) =>
    runnerLine(state, runner, `${reason}${state === 'removed' && runners.includes(runner) ? taken : ''}`),
  );
  await write(io, lines.join('') || `${place.source}: no runners\n`);
  if (verdicts.some(({ state }) => state === 'failed')) return exitStatus.systemFailure;
  return removed.length > 0 && !isDelete ? exitStatus.runnerGone : exitStatus.success;
}

async function verdictOf(runner: FileRunner, asked: Omit<Asked, 'runner'>, signal: AbortSignal): Promise<Verdict> {
  // GitLab keeps what it is told of a runner: what another executor can do, it has to hear from GitLab Runner.
  const info = runner.executor === 'kubernetes' ? runnerInfo(runner) : undefined;
  try {
    const known = await withCoordinator({ runner, ...asked }, (coordinator) => coordinator.verify(signal, info));
    if (known === undefined) return { runner, state: 'removed', reason: 'GitLab refuses its token' };
    return { runner, state: 'alive', reason: '' };
  } catch (error) {
    signal.throwIfAborted();
    return { runner, state: 'failed', reason: oneLine(messageOf(error)) };
  }
}
