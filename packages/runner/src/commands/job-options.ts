import type { Command } from 'commander';
import { Option } from 'commander';
import type { Variable } from '@podwright/core';
import { parseDuration } from '../gitlab-ci/duration.ts';
import { logLevels, type LogLevel } from '../log-level.ts';
import { UsageError } from '../usage-error.ts';

/** What `exec` and `pod` have in common: which job, and with which configuration. */
export interface JobOptions {
  readonly payload?: string;
  readonly repo: string;
  readonly file: string;
  readonly env?: readonly string[];
  readonly masked?: readonly string[];
  readonly image?: string;
  readonly helperImage?: string;
  readonly timeout?: number;
  readonly config?: string;
  readonly runner?: string;
  readonly namespace?: string;
  readonly logLevel: LogLevel;
  readonly color: boolean;
}

/** Adds the options of `JobOptions` to a command. */
export function addJobOptions(command: Command): Command {
  return command
    .argument('[job]', 'name of the job in the CI file; may be left out where it has only one')
    .addOption(new Option('--payload <file>', 'run a job payload as GitLab hands it out (JSON) instead of a CI file'))
    .option('--repo <dir>', 'directory of the project', '.')
    .option('--file <path>', 'the CI file, inside of the project', '.gitlab-ci.yml')
    .option(
      '--env <name[=value]>',
      'set a variable of the job; without a value, hand on that of the environment',
      append,
    )
    .option('--masked <name[=value]>', 'the same, and keep the value out of the log', append)
    .option('--image <name>', 'image of the job, instead of its own')
    .option('--helper-image <name>', 'image of the helper container')
    .addOption(new Option('--timeout <duration>', 'time for the job, such as "1h 30m"').argParser(duration))
    .option('--config <file>', 'a config.toml of GitLab Runner')
    .option('--runner <name>', 'which of its runners')
    .option('--namespace <name>', 'namespace of the Pod')
    .addOption(new Option('--log-level <level>', "podwright's own log, on stderr").choices(logLevels).default('warn'))
    .option('--no-color', 'no colours; also with NO_COLOR set, and where stdout is no terminal');
}

/**
 * The variables of `--env` and `--masked`.
 * @param env where a name without a value is looked up
 */
export function commandLineVariables(
  options: Pick<JobOptions, 'env' | 'masked'>,
  env: Readonly<Record<string, string | undefined>>,
): Variable[] {
  return [
    ...(options.env ?? []).map((text) => ({ ...parseVariable(text, '--env', env), public: true, raw: true })),
    ...(options.masked ?? []).map((text) => ({ ...parseVariable(text, '--masked', env), masked: true, raw: true })),
  ];
}

function parseVariable(
  text: string,
  option: string,
  env: Readonly<Record<string, string | undefined>>,
): { key: string; value: string } {
  const at = text.indexOf('=');
  const key = at === -1 ? text : text.slice(0, at);
  if (!/^[A-Za-z_]\w*$/.test(key)) {
    // Somebody may have given the value alone.
    const shown = option === '--masked' ? 'what is given' : JSON.stringify(key);
    throw new UsageError(`${option}: ${shown} is no name for a variable`);
  }
  const value = at === -1 ? env[key] : text.slice(at + 1);
  if (value === undefined) throw new UsageError(`${option} ${key}: there is no such variable in the environment`);
  return { key, value };
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 1) {
    throw new UsageError(`--timeout: ${JSON.stringify(text)} is not a duration such as "1h 30m" or "90 minutes"`);
  }
  return seconds;
}
