import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { ConfigError, shownValue, type Problem, type TomlTable } from '@podwright/core';
import type { Registration } from '@podwright/gitlab';
import { askForRest, type Known } from './answers.ts';
import type { CommandLine } from './flag-option.ts';
import { readFlags, textOf, type GivenFlags } from './read-flags.ts';
import { registerFlags, reservedFlags } from './register-flags.ts';
import { readTemplate, withTemplate } from './template.ts';
import { isAuthenticationToken, problemOfToken } from './token.ts';
import type { ConfigPlace } from './config-text.ts';
import type { Io } from '../io.ts';

/** What is to be registered, from flags, environment, template and answers. */
export interface Settings {
  readonly place: ConfigPlace;
  /** What was given, for telling where a value came from. */
  readonly given: GivenFlags;
  /** The template's path as the user wrote it; empty for none. */
  readonly template: string;
  /** Keys of the `[[runners]]`, without those that GitLab gives. */
  readonly runner: TomlTable;
  readonly token: string;
  /** What GitLab is to keep; absent for a runner that it has already. */
  readonly registration: Omit<Registration, 'token' | 'info' | 'description'> | undefined;
  /** Whether a new runner stays in GitLab when the file cannot be written. */
  readonly leaveRunner: boolean;
  /** What was given and has no effect: a sentence, or empty. */
  readonly ignored: string;
}

/**
 * Reads all that was given, and asks for the rest where somebody can answer.
 * @throws ConfigError with all that is wrong or missing, UsageError when questions are not answered
 */
export async function readSettings(commandLine: CommandLine, io: Io): Promise<Settings> {
  const problems: Problem[] = [];
  const given = readFlags(Object.values(registerFlags).flat(), commandLine, io, problems);
  const template = textOf(given, '--template-config');
  const templateTable = template === '' ? {} : await readTemplate(placeOf(template, io));
  const runner = { executor: 'kubernetes', ...withTemplate(tableOf(given), templateTable) };
  const token = textOf(given, '--token') || textOf(given, '--registration-token');
  const isAuthentication = given.has('--token') || isAuthenticationToken(token);
  const known: Known = { runner, token, isAuthentication, tags: given.get('--tag-list')?.value as string | undefined };
  const canAsk = io.stdin.isTTY === true && given.get('--non-interactive')?.value !== true;
  problems.push(...ownProblems(given, runner), ...(canAsk ? [] : missing(known)));
  if (problems.length > 0) throw new ConfigError('command line', problems);
  const all = canAsk ? await askForRest(known, io) : { ...known, runner: { name: hostname(), ...runner } };
  // GitLab Runner takes a runner's own token for a registration token's flag, and leaves out what does not go with it.
  const isLenient = isAuthentication && !given.has('--token');
  const reserved = all.isAuthentication ? reservedFlags.flatMap(({ flag }) => given.get(flag)?.from ?? []) : [];
  if (reserved.length > 0 && !isLenient) throw new ConfigError('command line', reserved.map(reservedProblem));
  const isNew = !all.isAuthentication;
  return {
    place: configPlace(given, io),
    given,
    template,
    runner: all.runner,
    token: all.token,
    registration: isNew ? registrationOf(given, all.tags) : undefined,
    leaveRunner: given.get('--leave-runner')?.value === true,
    ignored: reserved.length === 0 ? '' : `${reserved.join(', ')}: ignored, as ${reservedReason}`,
  };
}

const reservedReason = 'the token is that of a runner which GitLab has already; set it there';

/** The `config.toml` that was given, or the one of the current directory. */
export function configPlace(given: GivenFlags, io: Pick<Io, 'cwd'>): ConfigPlace {
  return placeOf(textOf(given, '--config') || 'config.toml', io);
}

function placeOf(file: string, { cwd }: Pick<Io, 'cwd'>): ConfigPlace {
  return { source: file, path: resolve(cwd, file) };
}

/** Keys of the `[[runners]]` that have flags. */
function tableOf(given: GivenFlags): TomlTable {
  let table: TomlTable = {};
  for (const { flag, value } of given.values()) {
    if (flag.path === undefined || flag.flag === '--token') continue;
    const one = flag.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    table = withTemplate(one as TomlTable, table);
  }
  return table;
}

/** What the checks of a configuration do not see. */
function ownProblems(given: GivenFlags, { executor }: TomlTable): Problem[] {
  const found: Problem[] = [];
  const add = (path: string | undefined, message: string): void => {
    if (path !== undefined) found.push({ path, message, kind: 'invalid' });
  };
  const from = (flag: string): string | undefined => given.get(flag)?.from;
  if (executor !== 'kubernetes') {
    const message = `${shownValue(executor)} is no executor of podwright; it has one: "kubernetes"`;
    add(from('--executor') ?? '--template-config', message);
  }
  if (given.has('--token')) add(from('--registration-token'), `does not go together with ${from('--token')}`);
  for (const flag of ['--token', '--registration-token']) {
    const message = given.has(flag) ? problemOfToken(textOf(given, flag)) : undefined;
    if (message !== undefined) add(from(flag), message);
  }
  const level = given.get('--access-level');
  if (level !== undefined && !isAccessLevel(level.value)) {
    add(level.from, `${shownValue(level.value)} must be "not_protected" or "ref_protected"`);
  }
  const timeout = given.get('--maximum-timeout');
  if (timeout !== undefined && Number(timeout.value) < 600) {
    add(timeout.from, `${shownValue(timeout.value)} must be at least 600 seconds: GitLab takes no less`);
  }
  if (given.get('--run-untagged')?.value === false && tagsOf(textOf(given, '--tag-list')).length === 0) {
    add(from('--run-untagged'), 'must not be false without --tag-list: the runner would get no jobs');
  }
  return found;
}

function missing({ runner, token }: Known): Problem[] {
  const url = { path: '--url', message: 'is missing; it may also be in CI_SERVER_URL', kind: 'invalid' as const };
  const message = 'is missing, or --registration-token; they may also be in CI_SERVER_TOKEN and REGISTRATION_TOKEN';
  const isUrl = runner['url'] !== undefined && runner['url'] !== '';
  return [...(isUrl ? [] : [url]), ...(token === '' ? [{ path: '--token', message, kind: 'invalid' as const }] : [])];
}

function reservedProblem(path: string): Problem {
  return { path, message: `must not be given: ${reservedReason}`, kind: 'invalid' };
}

function registrationOf(given: GivenFlags, tags = ''): NonNullable<Settings['registration']> {
  const valueOf = (flag: string): unknown => given.get(flag)?.value;
  const all = {
    tags: tagsOf(tags),
    runUntagged: valueOf('--run-untagged'),
    locked: valueOf('--locked'),
    paused: valueOf('--paused'),
    accessLevel: valueOf('--access-level'),
    maximumTimeout: valueOf('--maximum-timeout'),
    maintenanceNote: valueOf('--maintenance-note'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

function isAccessLevel(value: unknown): boolean {
  return value === 'not_protected' || value === 'ref_protected';
}
