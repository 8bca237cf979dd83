import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** As deep as git itself follows repositories that borrow from others. */
const deepest = 5;

/** All object directories that one borrows from, itself included: each must be readable for a clone of it. */
export async function borrowedDirectories(objects: string, depth = 0): Promise<string[]> {
  const text = await readFile(resolve(objects, 'info/alternates'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const below = depth < deepest ? lines.map((line) => resolve(objects, unquoted(line))) : [];
  const deeper = await Promise.all(below.map((directory) => borrowedDirectories(directory, depth + 1)));
  return [...new Set([objects, ...deeper.flat()])];
}

/** A path as it is written in `info/alternates`. */
export function quoted(path: string): string {
  return /["\n\\#]/.test(path) ? JSON.stringify(path) : path;
}

function unquoted(line: string): string {
  if (!line.startsWith('"')) return line;
  try {
    return String(JSON.parse(line));
  } catch {
    return line;
  }
}
