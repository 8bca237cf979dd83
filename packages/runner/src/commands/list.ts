import { ConfigError } from '@podwright/core';
import { exitStatus } from '../exit-status.ts';
import { readConfigText } from '../registration/config-text.ts';
import { fileRunners, type FileRunner } from '../registration/file-runner.ts';
import type { CommandLine } from '../registration/flag-option.ts';
import { readFlags } from '../registration/read-flags.ts';
import { configFlag } from '../registration/register-flags.ts';
import { configPlace } from '../registration/settings.ts';
import { shownToken, shownUrl } from '../registration/shown-runner.ts';
import { write } from '../write.ts';
import type { Io } from '../io.ts';

const columns = ['name', 'executor', 'url', 'token'] as const;

/**
 * Lists the runners of a file, of all executors, with the beginnings of their tokens. Asks nobody.
 * @returns the exit status
 * @throws ConfigError for a file that cannot be read or is no TOML
 */
export async function list(commandLine: CommandLine & { readonly json?: boolean }, io: Io): Promise<number> {
  const given = readFlags([configFlag], commandLine, io, []);
  const place = configPlace(given, io);
  const text = await readConfigText(place);
  if (text === undefined) {
    throw new ConfigError(place.source, [{ path: '', message: 'there is no such file', kind: 'invalid' }]);
  }
  const runners = fileRunners(text, place.source).map(shown);
  const isJson = commandLine.json === true;
  await write(io, isJson ? `${JSON.stringify(runners, null, 2)}\n` : table(runners) || `${place.source}: no runners\n`);
  return exitStatus.success;
}

function shown({ name, executor, url, token, id, tokenExpiresAt }: FileRunner) {
  const expires = tokenExpiresAt?.toISOString();
  return {
    name,
    executor,
    url: shownUrl(url),
    token: shownToken(token),
    ...(id !== undefined && { id }),
    ...(expires !== undefined && { token_expires_at: expires }),
  };
}

function table(runners: readonly ReturnType<typeof shown>[]): string {
  if (runners.length === 0) return '';
  const rows = [
    columns.map((name) => name.toUpperCase()),
    ...runners.map((runner) => columns.map((name) => runner[name] || '-')),
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
