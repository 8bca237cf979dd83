import { RE2JS } from 're2js';

/** A pattern for paths with `/` between their parts. */
export interface Glob {
  /** Whether the whole path fits. Takes time linear in the path, whatever the pattern. */
  matches(path: string): boolean;
  /** Parts that a path that fits can have at most; infinite with `**`. */
  readonly maxDepth: number;
}

/**
 * Reads a pattern: `*` and `?` within a part of a path, `**` as a whole part for any number of parts, `[a-z]` and
 * `[^a-z]`, `{one,other}`, and a backslash before a character that stands for itself. A leading dot is nothing special.
 * @returns undefined for a pattern with a bracket or brace that is not closed, or a backslash at its end
 */
export function parseGlob(pattern: string): Glob | undefined {
  const reader = new Reader(pattern);
  const source = readSequence(reader, 0);
  if (source === undefined || !reader.isAtEnd) return undefined;
  const compiled = compile(`(?s)${source}`);
  if (compiled === undefined) return undefined;
  const maxDepth = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  return { matches: (path) => compiled.matches(path), maxDepth };
}

/** The pattern up to its last part without wildcards, and the rest: where a search must begin. */
export function splitPattern(pattern: string): { readonly base: string; readonly rest: string } {
  const meta = pattern.search(/[*?[{\\]/);
  if (meta === -1) return { base: pattern, rest: '' };
  const slash = pattern.lastIndexOf('/', meta);
  if (slash === -1) return { base: '.', rest: pattern };
  return { base: slash === 0 ? '/' : pattern.slice(0, slash), rest: pattern.slice(slash + 1) };
}

class Reader {
  at = 0;
  constructor(readonly pattern: string) {}
  get isAtEnd(): boolean {
    return this.at >= this.pattern.length;
  }
  startsWith(text: string): boolean {
    return this.pattern.startsWith(text, this.at);
  }
  /** The character here, whole even where it takes two units; moves behind it. */
  take(): string {
    const character = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    this.at += character.length;
    return character;
  }
}

/** @param depth of braces; at most some, as each is one of the stack */
function readSequence(reader: Reader, depth: number): string | undefined {
  let source = '';
  const isAtEnd = (): boolean => reader.isAtEnd || (depth > 0 && (reader.startsWith(',') || reader.startsWith('}')));
  while (!isAtEnd()) {
    const piece = readPiece(reader, depth);
    if (piece === undefined) return undefined;
    source += piece;
  }
  return source;
}

function readPiece(reader: Reader, depth: number): string | undefined {
  const anyParts = readAnyParts(reader, depth);
  if (anyParts !== undefined) return anyParts;
  const character = reader.take();
  if (character === '*') return '[^/]*';
  if (character === '?') return '[^/]';
  if (character === '[') return readClass(reader);
  if (character === '{') return readAlternatives(reader, depth + 1);
  if (character !== '\\') return RE2JS.quote(character);
  return reader.isAtEnd ? undefined : RE2JS.quote(reader.take());
}

/** `**` where it is a whole part, with a slash beside it: `a/**` fits `a`, too. Elsewhere it is two `*`. */
function readAnyParts(reader: Reader, depth: number): string | undefined {
  const { pattern, at } = reader;
  const beside = (edges: string, where: number): boolean => edges.includes(pattern.charAt(where));
  const startsPart = at === 0 || beside(depth > 0 ? '/{,' : '/', at - 1);
  const endOf = (from: number): boolean => from >= pattern.length || (depth > 0 && beside(',}', from));
  if (reader.startsWith('/**') && (endOf(at + 3) || pattern.charAt(at + 3) === '/')) {
    reader.at += 3;
    return '(?:/.*)?';
  }
  if (!startsPart || !reader.startsWith('**')) return undefined;
  if (pattern.charAt(at + 2) === '/') {
    reader.at += 3;
    return '(?:.*/)?';
  }
  if (!endOf(at + 2)) return undefined;
  reader.at += 2;
  return '.*';
}

function readClass(reader: Reader): string | undefined {
  const isNegated = reader.startsWith('^') || reader.startsWith('!');
  if (isNegated) reader.at += 1;
  const ranges: string[] = [];
  for (let isFirst = true; isFirst || !reader.startsWith(']'); isFirst = false) {
    const low = takeOfClass(reader);
    const isRange = reader.startsWith('-') && !reader.startsWith('-]');
    if (isRange) reader.at += 1;
    const high = isRange ? takeOfClass(reader) : low;
    if (low === undefined || high === undefined || high < low) return undefined;
    ranges.push(...rangesWithoutSlash(low, high));
  }
  reader.at += 1;
  if (isNegated) return `[^/${ranges.join('')}]`;
  return ranges.length === 0 ? String.raw`[^\x{0}-\x{10ffff}]` : `[${ranges.join('')}]`;
}

function takeOfClass(reader: Reader): number | undefined {
  if (reader.startsWith('\\')) reader.at += 1;
  return reader.isAtEnd ? undefined : reader.take().codePointAt(0);
}

/** A slash fits no class, as it fits no other wildcard within a part. */
function rangesWithoutSlash(low: number, high: number): string[] {
  const slash = 0x2f;
  if (high < slash || low > slash) return [range(low, high)];
  return [...(low < slash ? [range(low, slash - 1)] : []), ...(high > slash ? [range(slash + 1, high)] : [])];
}

function range(low: number, high: number): string {
  return `\\x{${low.toString(16)}}-\\x{${high.toString(16)}}`;
}

function readAlternatives(reader: Reader, depth: number): string | undefined {
  if (depth > 20) return undefined;
  const alternatives: string[] = [];
  for (;;) {
    const alternative = readSequence(reader, depth);
    if (alternative === undefined || reader.isAtEnd) return undefined;
    alternatives.push(alternative);
    if (reader.take() === '}') return `(?:${alternatives.join('|')})`;
  }
}

/** What looks like a class may still be none, as `[z-a]`. */
function compile(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}
