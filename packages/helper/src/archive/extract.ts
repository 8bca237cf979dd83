import { open } from 'node:fs/promises';
import { HelperError } from '../errors.ts';
import type { Log } from '../log.ts';
import { unzip } from './unzip.ts';

/**
 * Extracts an archive into a directory.
 * @throws HelperError also for the other formats that GitLab's program can write
 */
export async function extractArchive(file: string, directory: string, log: Log): Promise<void> {
  const magic = await firstBytes(file);
  if (magic.startsWith('28b52ffd')) throw new HelperError('this is a zstd archive; only zip can be extracted');
  if (magic.startsWith('1f8b')) throw new HelperError('this is a gzip file; only zip can be extracted');
  await unzip(file, directory, log);
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('hex', 0, bytesRead);
  } finally {
    await file.close();
  }
}
