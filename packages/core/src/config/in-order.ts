import parser from 'toml/lib/parser.js';
import type { Problem } from '../errors.ts';
import { lineFinder } from './locate.ts';

/** With their lines, in the order of the file. */
export function inOrder(problems: readonly Problem[], text: string): Problem[] {
  if (problems.length === 0) return [];
  const lineOf = lineFinder(text, parser.parse(text));
  return problems
    .map((problem) => {
      const line = lineOf(problem.path);
      return line === undefined ? problem : { ...problem, line };
    })
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
