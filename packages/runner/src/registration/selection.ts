import { ConfigError, shownValue, type Problem } from '@podwright/core';
import { UsageError } from '../usage-error.ts';
import { readConfigText, type ConfigPlace } from './config-text.ts';
import { fileRunner, fileRunners, isSame, type FileRunner } from './file-runner.ts';
import type { CommandLine } from './flag-option.ts';
import { readFlags, textOf, type GivenFlags } from './read-flags.ts';
import { selectionFlags } from './selection-flags.ts';
import { configPlace } from './settings.ts';
import type { Io } from '../io.ts';

/** Which runners of which file. */
export interface Selection {
  readonly place: ConfigPlace;
  /** All of the file; none where there is no file. */
  readonly runners: readonly FileRunner[];
  /** How some were asked for; absent for all. One with a token need not be in the file. */
  readonly chosen: readonly FileRunner[] | undefined;
}

/**
 * Reads the file, and which of its runners are asked for.
 * @param isAll whether all are asked for, whatever the environment says
 * @throws ConfigError for a file that cannot be read, UsageError for flags that do not go together or choose none
 */
export async function readSelection(commandLine: CommandLine, isAll: boolean, io: Io): Promise<Selection> {
  const problems: Problem[] = [];
  const given = readFlags(selectionFlags, commandLine, io, problems);
  const place = configPlace(given, io);
  const credentials = credentialsOf(given, isAll);
  const text = await readConfigText(place);
  if (text === undefined && credentials === undefined) {
    throw new ConfigError(place.source, [{ path: '', message: 'there is no such file', kind: 'invalid' }]);
  }
  const runners = fileRunners(text ?? '', place.source);
  if (given.has('--name')) return { place, runners, chosen: withName(runners, textOf(given, '--name'), place) };
  if (credentials === undefined) return { place, runners, chosen: undefined };
  const inFile = runners.filter((runner) => isSame(runner, credentials));
  return { place, runners, chosen: inFile.length > 0 ? inFile : [credentials] };
}

function credentialsOf(given: GivenFlags, isAll: boolean): FileRunner | undefined {
  const isFlag = (flag: string): boolean => given.get(flag)?.from === flag;
  const isGiven = isFlag('--url') || isFlag('--token');
  if (isGiven && (isAll || given.has('--name'))) {
    throw new UsageError(`${isAll ? '--all-runners' : '--name'} does not go together with --url and --token`);
  }
  if (isAll && given.has('--name')) throw new UsageError('--all-runners does not go together with --name');
  const isWhole = given.has('--url') && given.has('--token');
  if (isGiven && !isWhole) throw new UsageError('--url and --token go together, the one needs the other');
  if (isAll || given.has('--name') || !isWhole) return undefined;
  return fileRunner({ url: textOf(given, '--url'), token: textOf(given, '--token') });
}

function withName(runners: readonly FileRunner[], name: string, { source }: ConfigPlace): FileRunner[] {
  const found = runners.filter((runner) => runner.name === name);
  if (found.length > 0) return found;
  const names = runners.map((runner) => shownValue(runner.name)).join(', ') || 'none';
  throw new UsageError(`${source}: no runner has the name ${shownValue(name)}; there are: ${names}`);
}
