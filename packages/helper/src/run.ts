import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from './cli/commands.ts';
import type { Command } from './cli/command.ts';
import { text, toggle, unused } from './cli/flags.ts';
import { parseFlags } from './cli/parse-flags.ts';
import { HelperError, NotThereError, UsageError, messageOf } from './errors.ts';
import type { Io } from './io.ts';
import { createLog, parseLogLevel, type Log } from './log.ts';
import { version } from './version.ts';

/** Flags before the command. The variables are the job's: nonsense in them must not make caches fail. */
const globalFlags = {
  debug: toggle('RUNNER_DEBUG'),
  'log-level': text('', 'LOG_LEVEL'),
  'log-format': unused,
  version: toggle(),
  v: toggle(),
  help: toggle(),
  h: toggle(),
};

/**
 * The whole program.
 * @param argv arguments without the program's name
 * @returns the exit status: 0, or 1 for whatever went wrong, as scripts know it of GitLab's program; never throws
 */
export async function run(
  argv: readonly string[],
  io: Io,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<number> {
  let log = createLog(io.stderr, 'info');
  try {
    const { values, rest } = parseFlags(globalFlags, argv, io.env);
    const [name, ...args] = rest;
    if (values.version || values.v) return say(io, `gitlab-runner-helper of podwright ${version}\n`);
    if (values.help || values.h || name === undefined || name === 'help') return say(io, usage());
    log = createLog(io.stderr, values.debug ? 'debug' : (parseLogLevel(values['log-level']) ?? 'info'));
    const command = await load(name);
    if (args.some((argument) => ['-h', '-help', '--help'].includes(argument)))
      return say(io, commandUsage(name, command));
    await command.execute(args, { io, log, sleep: wait });
    return 0;
  } catch (error) {
    report(error, log);
    return 1;
  }
}

async function load(name: string): Promise<Command> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry !== undefined) return entry.load();
  throw new UsageError(`unknown command ${JSON.stringify(name)}; known are ${Object.keys(commands).join(', ')}`);
}

function report(error: unknown, log: Log): void {
  if (error instanceof NotThereError) log.warn(error.message);
  else if (error instanceof HelperError) log.error(error.message);
  else log.error(error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error));
}

function say(io: Io, message: string): number {
  io.stdout.write(message);
  return 0;
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(22)}${summary}`);
  return `Usage: gitlab-runner-helper [--log-level <level>] <command> [flags]\n\n${lines.join('\n')}\n`;
}

function commandUsage(name: string, { flags, operands }: Command): string {
  const lines = Object.entries(flags).map(([flag, { takesValue, env, unused: hasNoEffect }]) => {
    const left = `  --${flag}${takesValue ? ' <value>' : ''}`;
    const notes = [...(env === undefined ? [] : [`$${env}`]), ...(hasNoEffect ? ['accepted, without effect'] : [])];
    return `${left.padEnd(42)}${notes.join(', ')}`.trimEnd();
  });
  return [
    `Usage: gitlab-runner-helper ${name} [flags]${operands === undefined ? '' : ` ${operands}`}`,
    ...lines,
    '',
  ].join('\n');
}
