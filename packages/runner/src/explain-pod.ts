import { styleText } from 'node:util';
import type { Cause, ExplainedField, FieldAuthor } from '@podwright/core';

/** Columns between which the authors may begin. */
const margin = { least: 40, most: 72 };

/** Every field of a Pod with its author, as data. */
export function explanationAsJson(fields: readonly ExplainedField[]) {
  return fields.map(({ path, value, author }) => ({
    path: path.join('').slice(1),
    value,
    plugin: author?.plugin ?? null,
    hook: author?.hook ?? null,
    cause: author?.cause ?? null,
  }));
}

/** Every field of a Pod with its author, as a tree. */
export function explanationAsTree(fields: readonly ExplainedField[], color: boolean): string {
  const rows = fields
    .filter((field, i) => saysMore(field) || isOnly(field, fields[i - 1], fields[i + 1]))
    .map(({ path, value, author }) => ({
      path,
      left: `${'  '.repeat(path.length - 1)}${keyOf(path.at(-1) ?? '')}: ${JSON.stringify(value)}`,
      author,
    }));
  const widest = Math.max(...rows.map(({ left }) => left.length));
  const column = Math.min(Math.max(widest + 2, margin.least), margin.most);
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const { path, left, author } of rows) {
    lines.push(...headings(open, path));
    open = path;
    lines.push(paddedTo(column, left) + paint(author, color));
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a field is more than the name under which its branch stands there. */
function saysMore({ path, value }: ExplainedField): boolean {
  return path.at(-2) !== `[${String(value)}]`;
}

/** Whether there is no other field in its branch, which would not be seen without it. */
function isOnly({ path }: ExplainedField, ...besides: (ExplainedField | undefined)[]): boolean {
  const branch = path.slice(0, -1);
  return !besides.some((other) => other && branch.every((part, i) => other.path[i] === part));
}

/** The lines of the branches that begin at a path. */
function headings(open: readonly string[], path: readonly string[]): string[] {
  const shared = path.findIndex((part, i) => part !== open[i]);
  return path.slice(0, -1).flatMap((part, i) => (i < shared ? [] : [`${'  '.repeat(i)}${keyOf(part)}`]));
}

/** `.image` and `[build]` without what joins them. */
function keyOf(part: string): string {
  return part.startsWith('.') ? part.slice(1) : part.slice(1, -1);
}

/** What is too long for the column gets a line of its own. */
function paddedTo(column: number, text: string): string {
  return text.length + 2 > column ? `${text}\n${' '.repeat(column)}` : text.padEnd(column);
}

function paint(author: FieldAuthor | undefined, color: boolean): string {
  const plugin = author?.plugin ?? 'nobody';
  const cause = author?.cause === undefined ? (author?.hook ?? '') : causeInWords(author.cause);
  if (!color) return `${plugin}: ${cause}`;
  return `${styleText('cyan', plugin, { validateStream: false })}: ${styleText('dim', cause, { validateStream: false })}`;
}

function causeInWords(cause: Cause): string {
  if ('config' in cause) return `${cause.config} of [runners.kubernetes]`;
  if ('runner' in cause) return `${cause.runner} of [[runners]]`;
  if ('variable' in cause) return `variable ${cause.variable}`;
  if ('job' in cause) return `${cause.job} of the job`;
  return cause.because;
}
