import type { Stats } from 'node:fs';
import { crc32 } from 'node:zlib';
import { centralHeader, endRecords, localHeader } from '../archive/zip-records.ts';

/** An entry as nobody honest writes it. */
export interface CraftedEntry {
  readonly name: string | Buffer;
  readonly content?: string;
  /** With the type of the file; a regular one of mode 644 by default. */
  readonly mode?: number;
}

export const symlinkMode = 0o120777;
export const directoryMode = 0o040755;

/** A zip archive with these entries, stored as they are. */
export function craftZip(entries: readonly CraftedEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644 } of entries) {
    const data = Buffer.from(content);
    const entry = {
      name: Buffer.from(name),
      stats: {
        mode,
        uid: 0,
        gid: 0,
        mtimeMs: 1e12,
        mtime: new Date(1e12),
        isDirectory: () => false,
      } as unknown as Stats,
      isDeflated: false,
      isZip64: false,
      hasDescriptor: false,
    };
    const sizes = { crc: crc32(data), compressed: data.length, uncompressed: data.length };
    directory.push(centralHeader(entry, sizes, offset));
    parts.push(localHeader(entry, sizes), data);
    offset = parts.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...parts, ...directory, endRecords(entries.length, offset, size)]);
}
