import { parse } from 'toml';
import { ConfigError, messageOf } from '../errors.ts';

/** Reads a TOML text. @throws ConfigError saying where it is none */
export function parseToml(text: string, source: string): Record<string, unknown> {
  try {
    return parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(source, [{ path: '', message: describeSyntaxError(error), kind: 'invalid' }], {
      cause: error,
    });
  }
}

/** The parser's own list of what it expected is longer than any screen; the place and what was found say enough. */
function describeSyntaxError(error: unknown): string {
  const { location, found, line, column } = error as {
    location?: { start: { line: number; column: number } };
    found?: string | null;
    line?: number;
    column?: number;
  };
  if (location) {
    const what = found === null || found === undefined ? 'the end of the file' : JSON.stringify(found);
    return `line ${location.start.line}, column ${location.start.column}: this is no TOML: unexpected ${what}`;
  }
  // The digits may be a token that somebody forgot to quote.
  const tooLarge = /^Integer -?\d+ cannot be represented/.test(messageOf(error));
  const message = tooLarge ? 'this integer is too large' : messageOf(error);
  return line === undefined ? message : `line ${line}, column ${column ?? 1}: ${message}`;
}
