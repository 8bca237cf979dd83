import { addRunner, messageOf, runnersOf, type TomlTable } from '@podwright/core';
import {
  CoordinatorError,
  RunnerRefusedError,
  register as registerAtGitLab,
  type KnownRunner,
  type RegisteredRunner,
} from '@podwright/gitlab';
import { gitlabConnection } from '../daemon/connect-coordinator.ts';
import { runnerInfo } from '../daemon/runner-info.ts';
import { exitStatus } from '../exit-status.ts';
import { asker, connectionOptions, interruptible, withCoordinator, type Asked } from '../registration/ask-gitlab.ts';
import { checkRunner } from '../registration/check-runner.ts';
import { checkReplaceable, editConfigText, newConfigText, readConfigText } from '../registration/config-text.ts';
import { fileRunner, fileRunners, isSame, type FileRunner } from '../registration/file-runner.ts';
import type { CommandLine } from '../registration/flag-option.ts';
import { readSettings, type Settings } from '../registration/settings.ts';
import { shownName, shownUrl } from '../registration/shown-runner.ts';
import { createTell } from '../terminal/tell.ts';
import { UsageError } from '../usage-error.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

/**
 * Makes a runner known to GitLab, or finds out that it is, and adds it to the `config.toml`. GitLab is told nothing before
 * it is sure that the configuration will be right and can be written.
 * @returns the exit status
 * @throws ConfigError for what is wrong with flags or file, UsageError, RunnerRefusedError, and the errors of `Coordinator`
 */
export async function register(commandLine: CommandLine, io: Io): Promise<number> {
  const tell = createTell(io.stderr);
  const settings = await readSettings(commandLine, io);
  const { place } = settings;
  if (settings.ignored !== '') tell(settings.ignored);
  const before = (await readConfigText(place)) ?? newConfigText;
  const planned = addRunner(before, place.source, sectionOf(settings, { token: settings.token }));
  for (const notice of await checkRunner(planned, runnersOf(before, place.source).length, settings, io)) tell(notice);
  const runner = fileRunner(settings.runner);
  if (settings.registration === undefined) refuseTwice(fileRunners(before, place.source), runner, settings);
  await checkReplaceable(place);
  const asked = { runner, ...(await asker(place, io)) };
  const registered = await interruptible(io, (signal) => tellGitLab(settings, asked, signal));
  try {
    await editConfigText(place, (text) => addRunner(text, place.source, sectionOf(settings, registered)));
  } catch (error) {
    tell(messageOf(error));
    tell(await takenBack(settings, asked, registered));
    return exitStatus.systemFailure;
  }
  const done = settings.registration === undefined ? 'is known to' : 'was registered at';
  const where = `${shownName(runner.name)}${numberOf(registered)} ${done} ${shownUrl(runner.url)}`;
  await write(io, `${where}, and added to ${place.source}\n`);
  return exitStatus.success;
}

/** The keys of the new `[[runners]]`, in the order of GitLab Runner. */
function sectionOf({ runner }: Settings, { id, token, tokenExpiresAt }: RegisteredRunner): TomlTable {
  const { name, limit, output_limit, request_concurrency, url, ...rest } = runner;
  const now = new Date();
  now.setUTCMilliseconds(0);
  return {
    name,
    limit,
    output_limit,
    request_concurrency,
    url,
    id,
    token,
    token_obtained_at: id === undefined ? undefined : now,
    token_expires_at: tokenExpiresAt,
    ...rest,
  };
}

function refuseTwice(runners: readonly FileRunner[], runner: FileRunner, { place, token }: Settings): void {
  const same = runners.find((one) => isSame(one, { ...runner, token }));
  if (same === undefined) return;
  throw new UsageError(`${place.source} has ${shownName(same.name)} with this token already`);
}

async function tellGitLab(settings: Settings, asked: Asked, signal: AbortSignal): Promise<RegisteredRunner> {
  const { registration, token } = settings;
  const { name, shell, url } = fileRunner(settings.runner);
  const info = runnerInfo({ shell });
  if (registration === undefined) {
    const known = await withCoordinator(withToken(asked, token), (coordinator) => coordinator.verify(signal, info));
    if (known !== undefined) return { ...known, token };
    throw new RunnerRefusedError(`${shownUrl(url)}: the token is refused; copy it anew from GitLab`);
  }
  const connection = await gitlabConnection(asked.runner, connectionOptions(asked));
  try {
    return await registerAtGitLab(connection, { ...registration, description: name, info, token }, signal);
  } catch (error) {
    // What GitLab says of a value is about what was given here.
    if (error instanceof CoordinatorError && error.status === 400)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Undoes what GitLab was told. @returns what became of it */
async function takenBack(settings: Settings, asked: Asked, registered: RegisteredRunner): Promise<string> {
  if (settings.registration === undefined) return 'the runner is in GitLab as before';
  const who = `the new runner${numberOf(registered)}`;
  if (settings.leaveRunner) return `${who} stays in GitLab; its token is lost, remove it there`;
  try {
    const signal = new AbortController().signal;
    await withCoordinator(withToken(asked, registered.token), (coordinator) => coordinator.unregister(signal));
    return `${who} was removed from GitLab again`;
  } catch (error) {
    return `${who} is still in GitLab, remove it there: ${messageOf(error)}`;
  }
}

function withToken(asked: Asked, token: string): Asked {
  return { ...asked, runner: { ...asked.runner, token } };
}

function numberOf({ id }: KnownRunner): string {
  return id === undefined ? '' : ` (#${id})`;
}
