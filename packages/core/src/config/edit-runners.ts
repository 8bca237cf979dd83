import { isDeepStrictEqual } from 'node:util';
import parser from 'toml/lib/parser.js';
import { ConfigError } from '../errors.ts';
import { parseToml } from './parse-toml.ts';
import { runnerRanges } from './runner-ranges.ts';
import { writeElement, type TomlTable } from './write-toml.ts';

/**
 * Adds a runner at the end of a `config.toml`. The text before stays as it is, byte for byte.
 * @param text the file's content, without a byte order mark
 * @param source what to call it in errors
 * @param runner the keys of the `[[runners]]`; those that are undefined are left out
 * @throws ConfigError for what is no TOML, for runners that are no `[[runners]]`, and for values that TOML cannot say
 */
export function addRunner(text: string, source: string, runner: TomlTable): string {
  const runners = runnersOf(text, source);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const last = text === '' || text.endsWith('\n') ? '' : lineEnd;
  const gap = text === '' ? '' : lineEnd;
  const lines = writeElement('runners', runner).map((line) => `${line}${lineEnd}`);
  return checked(text, `${text}${last}${gap}${lines.join('')}`, [...runners, runner], source);
}

/**
 * Removes runners from a `config.toml`, with their tables and their own comments. The rest stays as it is, byte for byte.
 * @param isGone told the keys of each runner
 * @throws ConfigError for what is no TOML, and for runners that are no `[[runners]]`
 */
export function removeRunners(text: string, source: string, isGone: (runner: TomlTable) => boolean): string {
  const runners = runnersOf(text, source);
  const ranges = runnerRanges(text, parser.parse(text));
  const gone = runners.flatMap((runner, i) => (isGone(runner) ? (ranges[i] ?? []) : []));
  const rest = runners.filter((runner) => !isGone(runner));
  const after = gone
    .toSorted((a, b) => b.start - a.start)
    .reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  return checked(text, after, rest, source);
}

/**
 * The keys of each `[[runners]]`, unchecked.
 * @throws ConfigError for what is no TOML, and for runners that are no `[[runners]]`
 */
export function runnersOf(text: string, source: string): TomlTable[] {
  const { runners } = parseToml(text, source).table;
  if (runners === undefined) return [];
  const { length } = runnerRanges(text, parser.parse(text));
  if (Array.isArray(runners) && length > 0 && runners.length === length) return runners as TomlTable[];
  const message = 'cannot be edited: write each of them as a [[runners]]';
  throw new ConfigError(source, [{ path: 'runners', message, kind: 'invalid' }]);
}

/** The edited text, once it is sure that nothing else in it has changed. */
function checked(before: string, after: string, runners: readonly TomlTable[], source: string): string {
  const expected = { ...parseToml(before, source).table, runners };
  if (isDeepStrictEqual(meaningOf(after), plain(expected))) return after;
  const message = 'cannot be edited without changing more than was asked for; nothing was written';
  throw new ConfigError(source, [{ path: 'runners', message, kind: 'invalid' }]);
}

/** What a text says; nothing where it is no TOML. */
function meaningOf(text: string): unknown {
  try {
    const { runners = [], ...others } = parseToml(text, '').table;
    return plain({ ...others, runners });
  } catch {
    return undefined;
  }
}

/** Without prototypes, order, and members that are undefined. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(members.map(([key, member]) => [key, plain(member)]));
}
