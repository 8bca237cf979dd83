import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError, messageOf } from '@podwright/core';

/** A `config.toml` on the disk. */
export interface ConfigPlace {
  /** As the user wrote it, for messages. */
  readonly source: string;
  readonly path: string;
}

const byteOrderMark = '\uFEFF';

/** What a file has in it that did not exist. */
export const newConfigText = 'concurrent = 1\ncheck_interval = 0\n';

/**
 * The file's text, without a byte order mark.
 * @returns nothing when there is no such file
 * @throws ConfigError when it cannot be read
 */
export async function readConfigText(place: ConfigPlace): Promise<string | undefined> {
  return (await readRaw(place))?.replace(byteOrderMark, '');
}

/**
 * Finds out whether the file can be replaced, before anybody else is told anything. Makes its directory.
 * @throws ConfigError when it cannot
 */
export async function checkReplaceable(place: ConfigPlace): Promise<void> {
  try {
    const directory = dirname(await targetOf(place.path));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK);
  } catch (error) {
    throw problem(place, `cannot be written: ${messageOf(error)}`, error);
  }
}

/**
 * Replaces the file as a whole: whoever reads it finds the old text or the new one. Mode and owner stay; a new file has mode
 * 0600. Of a link, the file that it leads to is replaced.
 * @param edit told the text as it is now, `newConfigText` where there is no file
 * @throws ConfigError when it cannot be written; what `edit` throws
 */
export async function editConfigText(place: ConfigPlace, edit: (text: string) => string): Promise<void> {
  const raw = await readRaw(place);
  const isMarked = raw?.startsWith(byteOrderMark) === true;
  const before = raw?.replace(byteOrderMark, '') ?? newConfigText;
  const after = edit(before);
  if (after === before) return;
  try {
    await replace(await targetOf(place.path), `${isMarked ? byteOrderMark : ''}${after}`);
  } catch (error) {
    throw problem(place, `cannot be written: ${messageOf(error)}`, error);
  }
}

async function readRaw(place: ConfigPlace): Promise<string | undefined> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(await readFile(place.path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem(place, error instanceof TypeError ? 'is not valid UTF-8' : messageOf(error), error);
  }
}

/** The file behind a link, even if it is not there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? resolve(path) : resolve(dirname(path), target);
  }
}

async function replace(target: string, text: string): Promise<void> {
  const before = await stat(target).catch(() => undefined);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      if (before !== undefined) {
        const made = await file.stat();
        if (made.uid !== before.uid || made.gid !== before.gid) await file.chown(before.uid, before.gid);
        await file.chmod(before.mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function problem({ source }: ConfigPlace, message: string, cause: unknown): ConfigError {
  return new ConfigError(source, [{ path: '', message, kind: 'invalid' }], { cause });
}
