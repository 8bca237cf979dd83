import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { HelperError, codeOf, messageOf } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Log } from '../log.ts';
import { expandVariables } from './expand-variables.ts';
import { FoundFiles, type FileMap } from './found-files.ts';
import { parseGlob, splitPattern } from './glob.ts';
import { inProject, relativeToProject } from './paths.ts';
import { untrackedFiles } from './untracked.ts';

/** Which files go into an archive. */
export interface Selection {
  /** Paths and patterns; a directory stands for all that is in it. */
  readonly path: readonly string[];
  readonly exclude: readonly string[];
  /** Whether to add what git does not track. */
  readonly untracked: boolean;
}

/**
 * Finds the files, sorted by path. What matches nothing, is not below the project or cannot be read is said and left
 * out; symlinks are taken as such, and never followed while searching.
 */
export async function enumerateFiles(selection: Selection, io: Io, log: Log): Promise<FileMap> {
  const expand = (text: string): string => expandOrWarn(text, io, log);
  const found = new FoundFiles(io.cwd, selection.exclude.map(expand), log);
  for (const path of selection.path.map(expand)) await addPath(path, found, log);
  if (selection.untracked) await addUntracked(found, io, log);
  found.reportExcluded();
  return new Map([...found.files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text with variables put in; as it is, with a warning, where it asks for more than variables. */
export function expandOrWarn(text: string, io: Io, log: Log): string {
  const expanded = expandVariables(text, io.env);
  if (expanded === undefined) log.warn(`${text}: taken as it is: only $NAME and \${NAME} are replaced`);
  return expanded ?? text;
}

async function addPath(path: string, found: FoundFiles, log: Log): Promise<void> {
  if (path === '') {
    log.warn('an empty path matches no files');
    return;
  }
  const pattern = relativeToProject(found.project, path);
  const glob = pattern === undefined ? undefined : parseGlob(pattern);
  if (pattern === undefined || glob === undefined) {
    log.warn(`${path}: ${pattern === undefined ? 'not below the project directory' : 'no valid pattern'}`);
    return;
  }
  const { base, rest } = splitPattern(pattern);
  let count = 0;
  const visit = async (entry: string, isMatched: boolean): Promise<boolean> => {
    const isTaken = isMatched || glob.matches(entry);
    if (isTaken && (await found.add(entry))) count += 1;
    return isTaken;
  };
  await walk(found.project, posix.normalize(base), visit, { followsBase: rest !== '', maxDepth: glob.maxDepth, log });
  if (count === 0) log.warn(`${path}: no matching files; paths are relative to the project directory ${found.project}`);
  else log.info(`${path}: found ${count} matching files and directories`);
}

interface Walk {
  /** Whether the base is looked into where it is a symlink: it is with a pattern behind it, `link/*`. */
  readonly followsBase: boolean;
  readonly maxDepth: number;
  readonly log: Log;
}

/** Visits the base and all below it that can match; what is in a matched directory is matched, too. */
async function walk(
  project: string,
  base: string,
  visit: (path: string, isMatched: boolean) => Promise<boolean>,
  { followsBase, maxDepth, log }: Walk,
): Promise<void> {
  const pending = [{ path: base, isMatched: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, isMatched } = next;
    const isTaken = await visit(path, isMatched);
    const depth = path === '.' ? 0 : path.split('/').length;
    if (!isTaken && depth >= maxDepth) continue;
    const directory = inProject(project, path);
    if (path === base && !followsBase && !(await isDirectory(directory))) continue;
    for (const entry of await entriesOf(directory, path, log)) {
      const below = path === '.' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) pending.push({ path: below, isMatched: isTaken });
      else await visit(below, isTaken);
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function entriesOf(directory: string, shown: string, log: Log): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) log.warn(`${shown}: ${messageOf(error)}`);
    return [];
  }
}

async function addUntracked(found: FoundFiles, io: Io, log: Log): Promise<void> {
  let count = 0;
  try {
    for await (const path of untrackedFiles(io)) if (await found.add(path)) count += 1;
  } catch (error) {
    if (!(error instanceof HelperError)) throw error;
    log.warn(`untracked: ${error.message}`);
    return;
  }
  if (count === 0) log.warn('untracked: no files');
  else log.info(`untracked: found ${count} files`);
}
