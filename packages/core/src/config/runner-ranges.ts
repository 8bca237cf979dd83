import type { TomlNodes } from './locate.ts';
import { TomlLines } from './toml-lines.ts';

/** A part of a text, by its offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A header, where its part of the text begins, and the index of the runner that it belongs to, if any. */
interface Owned {
  readonly offset: number;
  readonly start: number;
  readonly runner: number | undefined;
}

/**
 * Where each `[[runners]]` stands: its header, keys and tables with their own comments, and one empty line that keeps it
 * apart from others. A runner may be in several places, for TOML lets other tables stand between its own.
 *
 * A comment is a header's own when it ends right above it and is not indented deeper; it is a table's own within it, and
 * right below its last key. Comments that stand alone are nobody's.
 */
export function runnerRanges(text: string, nodes: TomlNodes): TextRange[][] {
  const lines = new TomlLines(text);
  const ranges: TextRange[][] = [];
  const headers = ownedHeaders(nodes, lines);
  for (const [i, { runner, start }] of headers.entries()) {
    if (runner === undefined || (i > 0 && headers[i - 1]?.runner === runner)) continue;
    const next = headers.slice(i + 1).find((header) => header.runner !== runner);
    const last = headers.slice(i).findLast(({ offset }) => next === undefined || offset < next.offset);
    const range = { start, end: ownEnd(lines, last?.offset ?? start, next?.start ?? text.length) };
    (ranges[runner] ??= []).push(withEmptyLine(range, lines));
  }
  return ranges;
}

function ownedHeaders(nodes: TomlNodes, lines: TomlLines): Owned[] {
  let count = 0;
  return nodes.flatMap((node): Owned[] => {
    if ('key' in node) return [];
    const { type, value, offset } = node;
    const isRunners = value[0] === 'runners';
    if (isRunners && type === 'ArrayPath' && value.length === 1) count += 1;
    return [{ offset, start: ownStart(lines, offset), runner: isRunners ? count - 1 : undefined }];
  });
}

/** The first line of the comment above a header. */
function ownStart(lines: TomlLines, offset: number): number {
  const header = lines.at(offset);
  let first = header;
  while (lines.isComment(first - 1) && lines.indentOf(first - 1) <= lines.indentOf(header)) first -= 1;
  return lines.startOf(first);
}

/**
 * Where what belongs to a table ends.
 * @param header offset of its header
 * @param end offset of what comes next
 */
function ownEnd(lines: TomlLines, header: number, end: number): number {
  const after = end === lines.startOf(lines.count) ? lines.count : lines.at(end);
  let line = after;
  while (line - 1 > lines.at(header) && (lines.isComment(line - 1) || lines.isEmpty(line - 1))) line -= 1;
  while (line < after && lines.isComment(line)) line += 1;
  return lines.startOf(line);
}

/** The empty line below; where nothing is below, that above. */
function withEmptyLine({ start, end }: TextRange, lines: TomlLines): TextRange {
  const isLast = end === lines.startOf(lines.count);
  if (!isLast) return lines.isEmpty(lines.at(end)) ? { start, end: lines.startOf(lines.at(end) + 1) } : { start, end };
  const above = lines.at(start) - 1;
  return lines.isEmpty(above) ? { start: lines.startOf(above), end } : { start, end };
}
