import { type Stats } from 'node:fs';
import { lstat, mkdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { HelperError, codeOf } from '../errors.ts';
import { leadsOut } from '../files/paths.ts';

/** An archive that would write outside of where it is extracted. Nothing of the entry was written. */
export class UnsafeEntryError extends HelperError {
  constructor(name: string, why: string) {
    super(`refused to extract ${JSON.stringify(name)}: ${why}`);
  }
}

/**
 * The parts of an entry's name as a path below the destination; empty for the destination itself.
 * @throws UnsafeEntryError for an absolute name, one with `..`, or with a NUL
 */
export function safeEntryPath(name: string): string {
  if (name.startsWith('/')) throw new UnsafeEntryError(name, 'its name is absolute');
  if (name.includes('\0')) throw new UnsafeEntryError(name, 'its name has a NUL');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new UnsafeEntryError(name, 'its name leads out of the directory');
  return parts.join('/');
}

/** A directory that is written into, and nothing outside of it, whatever symlinks are there. */
export class Destination {
  readonly #root: string;
  /** Directories known to be real ones below the root; sound as long as no symlinks are made. */
  readonly #known = new Set<string>();
  private constructor(root: string) {
    this.#root = root;
  }

  /** @param directory an existing one */
  static async at(directory: string): Promise<Destination> {
    return new Destination(await realpath(directory));
  }

  /**
   * Makes the directory of an entry, and those above it.
   * @returns its absolute path
   * @throws UnsafeEntryError when a symlink on the way leads out of the destination
   */
  async makeDirectory(path: string): Promise<string> {
    if (path === '') return this.#root;
    const absolute = join(this.#root, path);
    if (this.#known.has(path)) return absolute;
    const parent = posix.dirname(path);
    if (parent !== '.') await this.makeDirectory(parent);
    await makeOne(absolute);
    // Its parents are real by now, or led back in; this one may be a symlink that was there before.
    if (leadsOut(relative(this.#root, await realpath(absolute)))) {
      throw new UnsafeEntryError(path, 'a symlink on its way leads out of the directory');
    }
    this.#known.add(path);
    return absolute;
  }

  /** Makes way for a file or symlink: its directory is there, and nothing of its name. @returns its absolute path */
  async makeWay(path: string): Promise<string> {
    if (path === '') throw new UnsafeEntryError(path, 'it has no name');
    const parent = posix.dirname(path);
    const directory = await this.makeDirectory(parent === '.' ? '' : parent);
    const absolute = join(directory, posix.basename(path));
    const there = await statOf(absolute);
    if (there?.isDirectory()) await removeEmpty(absolute, path);
    else if (there !== undefined) await unlink(absolute);
    this.#known.delete(path);
    return absolute;
  }

  /** Looks at every directory again from now on: symlinks are being made. */
  forget(): void {
    this.#known.clear();
  }
}

async function removeEmpty(absolute: string, path: string): Promise<void> {
  try {
    await rmdir(absolute);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY') throw error;
    throw new HelperError(`cannot extract ${JSON.stringify(path)}: a directory that is not empty has its name`, {
      cause: error,
    });
  }
}

async function makeOne(absolute: string): Promise<void> {
  const there = await statOf(absolute);
  if (there?.isDirectory() || there?.isSymbolicLink()) return;
  if (there !== undefined) await unlink(absolute);
  try {
    await mkdir(absolute, 0o777);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** What is there, symlinks as such; undefined where nothing is. */
async function statOf(absolute: string): Promise<Stats | undefined> {
  try {
    return await lstat(absolute);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
