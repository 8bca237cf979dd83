import type { Stats } from 'node:fs';
import { posix } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { HelperError } from '../errors.ts';
import type { FileMap } from '../files/found-files.ts';
import { openRegular, orVanished, type ArchiveOptions } from './zip.ts';

/**
 * The files one behind the other, each a gzip member of its own with its name, and its path as the comment: the form in
 * which GitLab reads reports.
 * @throws HelperError for what is no regular file
 */
export async function* gzipArchive(files: FileMap, options: ArchiveOptions): AsyncGenerator<Buffer> {
  for (const [path, stats] of files) {
    if (!stats.isFile()) throw new HelperError(`${path} is not a regular file; only those can be sent as gzip`);
    const file = await orVanished(path, options, () => openRegular(options.project, path));
    if (file === undefined) continue;
    try {
      yield* member(path, stats, file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 }), options.level);
    } finally {
      await file.close();
    }
  }
}

async function* member(
  path: string,
  stats: Stats,
  content: AsyncIterable<Buffer>,
  level: number,
): AsyncGenerator<Buffer> {
  yield header(path, stats);
  let [crc, size] = [0, 0];
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      crc = crc32(chunk, crc);
      size = (size + chunk.length) % 2 ** 32;
      yield chunk;
    }
  };
  const deflate = createDeflateRaw({ level, chunkSize: 64 * 1024 });
  // Its errors come out of `deflate`, which is what is read.
  pipeline(Readable.from(counted(), { objectMode: false }), deflate, () => undefined);
  yield* deflate as AsyncIterable<Buffer>;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size, 4);
  yield trailer;
}

function header(path: string, { mtimeMs }: Stats): Buffer {
  const hasNameAndComment = 0x18;
  const fixed = Buffer.from([0x1f, 0x8b, 8, hasNameAndComment, 0, 0, 0, 0, 0, 3]);
  const seconds = Math.floor(mtimeMs / 1000);
  if (seconds > 0 && seconds <= 0xffffffff) fixed.writeUInt32LE(seconds, 4);
  return Buffer.concat([fixed, Buffer.from(`${asciiOnly(posix.basename(path))}\0${asciiOnly(path)}\0`)]);
}

/** The header has no encoding: GitLab marks what is not plain ASCII with `e:`, and escapes it as in a URL. */
function asciiOnly(text: string): string {
  const isPlain = !text.includes('%') && Buffer.byteLength(text) === text.length;
  return isPlain ? text : `e:${encodeURIComponent(text)}`;
}
