import { HelperError } from '../errors.ts';
import type { FileMap } from '../files/found-files.ts';
import { openRegular, type ArchiveOptions } from './zip.ts';

/** The only file as it is. @throws HelperError when there are several, or it is no regular file */
export async function* rawArchive(files: FileMap, { project }: ArchiveOptions): AsyncGenerator<Buffer> {
  const [only, another] = files;
  if (another !== undefined) throw new HelperError(`only one file can be sent as raw, not ${files.size}`);
  if (only === undefined) return;
  const [path, stats] = only;
  if (!stats.isFile()) throw new HelperError(`${path} is not a regular file; only those can be sent as raw`);
  const file = await openRegular(project, path);
  try {
    yield* file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  } finally {
    await file.close();
  }
}
