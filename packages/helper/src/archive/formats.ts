import { posix } from 'node:path';
import { HelperError, messageOf } from '../errors.ts';
import type { FileMap } from '../files/found-files.ts';
import { gzipArchive } from './gzip.ts';
import { rawArchive } from './raw.ts';
import { zipArchive, type ArchiveOptions } from './zip.ts';

const formats = {
  zip: { extension: '.zip', archive: zipArchive },
  gzip: { extension: '.gz', archive: gzipArchive },
  raw: { extension: '', archive: rawArchive },
};

/** How artifacts are packed. */
export type ArchiveFormat = keyof typeof formats;

/** @param name GitLab's name of a format; zip where it is empty. @throws HelperError for one that is not supported */
export function archiveFormat(name: string): ArchiveFormat {
  if (name === '') return 'zip';
  if (Object.hasOwn(formats, name)) return name as ArchiveFormat;
  throw new HelperError(
    `artifact format ${JSON.stringify(name)} is not supported; valid values: ${Object.keys(formats).join(', ')}`,
  );
}

/** The name under which an archive is sent. @param name as the job gives it, perhaps with directories */
export function archiveName(name: string, format: ArchiveFormat): string {
  const base = posix.basename(name);
  return `${base === '' || base === '.' ? 'default' : base}${formats[format].extension}`;
}

/** The bytes of an archive, made while they are read. @throws HelperError for a file that cannot be read */
export async function* createArchive(
  format: ArchiveFormat,
  files: FileMap,
  options: ArchiveOptions,
): AsyncGenerator<Buffer> {
  try {
    yield* formats[format].archive(files, options);
  } catch (error) {
    // Trying again would not help: it is no failure of the transfer that it may come up in.
    throw error instanceof HelperError
      ? error
      : new HelperError(`packing failed: ${messageOf(error)}`, { cause: error });
  }
}
