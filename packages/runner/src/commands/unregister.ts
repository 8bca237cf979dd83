import { messageOf, removeRunners, shownValue } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import { asker, interruptible, withCoordinator } from '../registration/ask-gitlab.ts';
import { checkReplaceable, editConfigText } from '../registration/config-text.ts';
import { fileRunner, isSame, type FileRunner } from '../registration/file-runner.ts';
import type { CommandLine } from '../registration/flag-option.ts';
import { readSelection, type Selection } from '../registration/selection.ts';
import { oneLine, runnerLine } from '../registration/shown-runner.ts';
import { UsageError } from '../usage-error.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/**
 * Removes runners from GitLab, and then from the file. One that GitLab does not know is removed from the file all the same;
 * one for which it cannot be asked stays.
 * @returns the exit status
 * @throws ConfigError for a file that cannot be read or written, UsageError for flags that do not choose
 */
export async function unregister(
  commandLine: CommandLine & { readonly allRunners?: boolean },
  io: Io,
): Promise<number> {
  const isAll = commandLine.allRunners === true;
  const selection = await readSelection(commandLine, isAll, io);
  const { place, runners } = selection;
  const chosen = chosenOf(selection, isAll);
  await checkReplaceable(place);
  const asked = await asker(place, io);
  let failures = 0;
  await interruptible(io, async (signal) => {
    for (const runner of chosen) {
      try {
        const isDone = await withCoordinator({ runner, ...asked }, (coordinator) => coordinator.unregister(signal));
        if (runners.includes(runner)) await removeFromFile(runner, selection);
        await write(io, runnerLine(isDone ? 'unregistered' : 'unknown', runner, outcome(runner, isDone, selection)));
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        const stays = runners.includes(runner) ? `; it stays in ${place.source}` : '';
        await write(io, runnerLine('failed', runner, `${oneLine(messageOf(error))}${stays}`));
      }
    }
  });
  if (chosen.length === 0) await write(io, `${place.source}: no runners\n`);
  return failures === 0 ? exitStatus.success : exitStatus.systemFailure;
}

function chosenOf({ chosen, runners, place }: Selection, isAll: boolean): readonly FileRunner[] {
  if (isAll) return runners;
  if (chosen === undefined) throw new UsageError('which one: give --name, or --url and --token, or --all-runners');
  const [first] = chosen;
  if (first !== undefined && chosen.some((one) => !isSame(one, first))) {
    const message = `${place.source}: ${chosen.length} runners have the name ${shownValue(first.name)}`;
    throw new UsageError(`${message}; choose with --url and --token`);
  }
  return first === undefined ? [] : [first];
}

async function removeFromFile(runner: FileRunner, { place }: Selection): Promise<void> {
  await editConfigText(place, (text) =>
    removeRunners(text, place.source, (table) => isSame(fileRunner(table), runner)),
  );
}

function outcome({ token, ...runner }: FileRunner, isDone: boolean, { place, runners }: Selection): string {
  const isInFile = runners.some((one) => isSame(one, { ...runner, token }));
  const shared = token.startsWith('glrt-')
    ? 'this machine is no longer one of its managers, the runner stays in GitLab'
    : '';
  const parts = [isDone ? shared : 'GitLab does not know it any more', isInFile ? `taken out of ${place.source}` : ''];
  return parts.filter((part) => part !== '').join('; ');
}
