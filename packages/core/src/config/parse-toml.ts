import { parse } from 'toml';
import parser from 'toml/lib/parser.js';
import { ConfigError, messageOf, type Problem } from '../errors.ts';
import { Places } from './locate.ts';

/** What a TOML text says, and where. */
export interface TomlDocument {
  readonly table: Readonly<Record<string, unknown>>;
  readonly places: Places;
}

/** Reads a TOML text. @throws ConfigError saying where it is none */
export function parseToml(text: string, source: string): TomlDocument {
  try {
    return { table: parse(text) as Record<string, unknown>, places: new Places(text, parser.parse(text)) };
  } catch (error) {
    throw new ConfigError(source, [{ path: '', kind: 'invalid', ...describeSyntaxError(error) }], { cause: error });
  }
}

/** With their lines, in the order of the file. */
export function inOrder(problems: readonly Problem[], { places }: TomlDocument): Problem[] {
  return problems
    .map((problem) => {
      const line = problem.line ?? places.lineOf(problem.path);
      return line === undefined ? problem : { ...problem, line };
    })
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** The parser's own list of what it expected is longer than any screen; the place and what was found say enough. */
function describeSyntaxError(error: unknown): Pick<Problem, 'line' | 'message'> {
  const { location, found, line, column } = error as {
    location?: { start: { line: number; column: number } };
    found?: string | null;
    line?: number;
    column?: number;
  };
  if (location) {
    const what = found === null || found === undefined ? 'the end of the file' : JSON.stringify(found);
    const { start } = location;
    return { line: start.line, message: `column ${start.column}: this is no TOML: unexpected ${what}` };
  }
  // The digits may be a token that somebody forgot to quote.
  const tooLarge = /^Integer -?\d+ cannot be represented/.test(messageOf(error));
  const message = tooLarge ? 'this integer is too large' : messageOf(error);
  return line === undefined ? { message } : { line, message: `column ${column ?? 1}: ${message}` };
}
