import { constants, open, readlink, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { PassThrough, Readable, pipeline } from 'node:stream';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { codeOf } from '../errors.ts';
import type { FileMap } from '../files/found-files.ts';
import { inProject } from '../files/paths.ts';
import type { Log } from '../log.ts';
import { centralHeader, dataDescriptor, endRecords, localHeader, type ZipEntry, type ZipSizes } from './zip-records.ts';

/** Where an archive's files are, and how they are packed. */
export interface ArchiveOptions {
  /** Directory that the files' paths are relative to. */
  readonly project: string;
  /** zlib's, 0 to 9; 0 stores. */
  readonly level: number;
  readonly log: Log;
}

/** From here on deflate could make a file pass 4 GiB. */
const zip64From = 0xf0000000;
/** Bytes up to which a file is packed in one go. */
const small = 64 * 1024;
const nothing: ZipSizes = { crc: 0, compressed: 0, uncompressed: 0 };

/**
 * The bytes of a zip archive, made while they are read: neither the archive nor a file is ever held in memory, only
 * the directory of its entries. Files that vanish meanwhile are left out, with a warning, as are sockets, devices and pipes.
 */
export async function* zipArchive(files: FileMap, options: ArchiveOptions): AsyncGenerator<Buffer> {
  warnOfGit(files, options.log);
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, stats] of files) {
    const start = offset;
    for await (const piece of zipEntry(path, stats, options)) {
      if (Buffer.isBuffer(piece)) {
        offset += piece.length;
        yield piece;
      } else directory.push(centralHeader(piece.entry, piece.sizes, start));
    }
  }
  const directoryOffset = offset;
  for (const record of directory) {
    offset += record.length;
    yield record;
  }
  yield endRecords(directory.length, directoryOffset, offset - directoryOffset);
}

/** What the directory needs to know of an entry; it comes after the entry's bytes. */
interface Written {
  readonly entry: ZipEntry;
  readonly sizes: ZipSizes;
}

async function* zipEntry(
  path: string,
  stats: Stats,
  options: ArchiveOptions,
): AsyncGenerator<Buffer | Written, void, undefined> {
  const simple = { stats, isDeflated: false, isZip64: false, hasDescriptor: false };
  if (stats.isDirectory()) {
    const entry = { ...simple, name: Buffer.from(`${path}/`) };
    yield localHeader(entry, nothing);
    yield { entry, sizes: nothing };
  } else if (stats.isSymbolicLink()) {
    const target = await orVanished(path, options, () => readlink(inProject(options.project, path), 'buffer'));
    if (target === undefined) return;
    const entry = { ...simple, name: Buffer.from(path) };
    const sizes = { crc: crc32(target), compressed: target.length, uncompressed: target.length };
    yield localHeader(entry, sizes);
    yield target;
    yield { entry, sizes };
  } else if (stats.isFile()) {
    const file = await orVanished(path, options, () => openRegular(options.project, path));
    if (file !== undefined) yield* zipFile(path, file, options.level);
  } else {
    options.log.warn(`${path}: left out: neither file, directory nor symlink`);
  }
}

/** One file's entry; closes the file. */
async function* zipFile(path: string, file: FileHandle, level: number): AsyncGenerator<Buffer | Written> {
  try {
    // As it is now: a file that was replaced since has other attributes, and its size decides on the format.
    const stats = await file.stat();
    const entry = { name: Buffer.from(path), stats, isDeflated: level > 0, isZip64: stats.size >= zip64From };
    if (stats.size <= small) yield* zipSmall({ ...entry, hasDescriptor: false }, file, level);
    else yield* zipLarge({ ...entry, hasDescriptor: true }, file, level);
  } finally {
    await file.close();
  }
}

/** In one go: the streams of a file of a few bytes take longer than all else. */
async function* zipSmall(entry: ZipEntry, file: FileHandle, level: number): AsyncGenerator<Buffer | Written> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(entry.stats.size), 0, entry.stats.size, 0);
  const content = buffer.subarray(0, bytesRead);
  const data = level > 0 ? deflateRawSync(content, { level }) : content;
  const sizes = { crc: crc32(content), compressed: data.length, uncompressed: content.length };
  yield localHeader(entry, sizes);
  yield data;
  yield { entry, sizes };
}

async function* zipLarge(entry: ZipEntry, file: FileHandle, level: number): AsyncGenerator<Buffer | Written> {
  yield localHeader(entry, nothing);
  let [crc, compressed, uncompressed] = [0, 0, 0];
  const content = async function* (): AsyncGenerator<Buffer> {
    // What is written behind the end meanwhile is not part of it.
    const stream = file.createReadStream({ autoClose: false, end: entry.stats.size - 1, highWaterMark: 256 * 1024 });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      uncompressed += chunk.length;
      yield chunk;
    }
  };
  for await (const chunk of compress(content(), level)) {
    compressed += chunk.length;
    yield chunk;
  }
  const sizes = { crc, compressed, uncompressed };
  yield dataDescriptor(entry, sizes);
  yield { entry, sizes };
}

function compress(content: AsyncIterable<Buffer>, level: number): AsyncIterable<Buffer> {
  const through = level > 0 ? createDeflateRaw({ level, chunkSize: 64 * 1024 }) : new PassThrough();
  // Its errors come out of `through`, which is what is read.
  pipeline(Readable.from(content, { objectMode: false }), through, () => undefined);
  return through;
}

/** Opens a file that was a regular one a moment ago: neither through a symlink nor waiting for a pipe that took its place. */
export function openRegular(project: string, path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return open(inProject(project, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/** Runs an access to a file; undefined, with a warning, when the file is gone. */
export async function orVanished<T>(
  path: string,
  { log }: ArchiveOptions,
  access: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await access();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    log.warn(`${path}: left out: it was removed meanwhile`);
    return undefined;
  }
}

function warnOfGit(files: FileMap, log: Log): void {
  for (const path of files.keys()) {
    if (path !== '.git' && !path.startsWith('.git/')) continue;
    log.warn('part of the .git directory is among the files; extracting it may break the repository of another job');
    return;
  }
}
