import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HelperError, codeOf, messageOf } from '../errors.ts';
import type { FileMap } from '../files/found-files.ts';
import { createArchive } from './formats.ts';
import type { ArchiveOptions } from './zip.ts';

/** Whether the archive is there and no file is newer. */
export async function isUpToDate(archive: string, files: FileMap): Promise<boolean> {
  const modified = await modifiedOf(archive);
  if (modified === undefined) return false;
  for (const { mtimeMs } of files.values()) if (mtimeMs > modified) return false;
  return true;
}

/**
 * Packs files into a zip file, which replaces the one that is there only when it is complete.
 * @throws HelperError when a file cannot be read or the archive not written
 */
export async function writeCacheFile(archive: string, files: FileMap, options: ArchiveOptions): Promise<void> {
  try {
    await mkdir(dirname(archive), { recursive: true, mode: 0o700 });
    const staging = await mkdtemp(join(dirname(archive), 'archive_'));
    try {
      const temporary = join(staging, basename(archive));
      const target = createWriteStream(temporary, { flags: 'wx', mode: 0o600, highWaterMark: 256 * 1024 });
      await pipeline(createArchive('zip', files, options), target);
      await rename(temporary, archive);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } catch (error) {
    if (error instanceof HelperError) throw error;
    throw new HelperError(`writing the archive failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Gives a cache that is kept under another name its own, unless one is there. @returns whether it did */
export async function adoptAlternateFile(archive: string, alternate: string): Promise<boolean> {
  if ((await modifiedOf(archive)) !== undefined || (await modifiedOf(alternate)) === undefined) return false;
  await mkdir(dirname(archive), { recursive: true, mode: 0o700 });
  await rename(alternate, archive);
  return true;
}

async function modifiedOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
