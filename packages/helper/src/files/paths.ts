import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { splitPattern } from './glob.ts';

/** Whether a relative path leads out of where it starts. */
export function leadsOut(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

/**
 * A path or pattern as one relative to the project.
 * @param path relative to the project, or absolute
 * @returns undefined where it is not below the project
 */
export function relativeToProject(project: string, path: string): string | undefined {
  const { base, rest } = splitPattern(path);
  const from = relative(project, resolve(project, base));
  if (leadsOut(from)) return undefined;
  const joined = rest === '' ? from : posix.join(from, rest);
  if (leadsOut(joined)) return undefined;
  const trimmed = joined.endsWith('/') ? joined.slice(0, -1) : joined;
  return trimmed === '' ? '.' : trimmed;
}

/** Where a path relative to the project is. */
export function inProject(project: string, path: string): string {
  return join(project, path);
}
