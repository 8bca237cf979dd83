import type { Entry } from 'yauzl';

/** What an entry of an archive becomes. */
type EntryKind = 'directory' | 'file' | 'symlink' | 'other';

/** Attributes to set on what was extracted. */
export interface EntryFacts {
  readonly kind: EntryKind;
  /** Permission bits. */
  readonly mode: number;
  readonly mtime: Date;
  /** Where the archive says it. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const unixLike = new Set([3, 19]);

/** Reads an entry's attributes. @param name its name, which ends with a slash for directories */
export function factsOf(entry: Entry, name: string): EntryFacts {
  const unixMode = unixLike.has(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const isDirectory = name.endsWith('/') || (unixMode & 0o170000) === 0o040000;
  const owner = ownerOf(entry);
  return {
    kind: isDirectory ? 'directory' : kindOf(unixMode),
    mode: unixMode === 0 ? (isDirectory ? 0o777 : 0o666) : unixMode & 0o7777,
    mtime: entry.getLastModDate({ timezone: 'UTC' }),
    ...(owner !== undefined && { owner }),
  };
}

function kindOf(unixMode: number): EntryKind {
  const format = unixMode & 0o170000;
  if (format === 0o120000) return 'symlink';
  return format === 0 || format === 0o100000 ? 'file' : 'other';
}

/** Info-ZIP's field for owner and group, in the only form that GitLab writes. */
function ownerOf({ extraFields }: Entry): EntryFacts['owner'] {
  const data = extraFields.find(({ id }) => id === 0x7875)?.data;
  if (data === undefined || data.length < 11 || data[0] !== 1 || data[1] !== 4 || data[6] !== 4) return undefined;
  return { uid: data.readUInt32LE(2), gid: data.readUInt32LE(7) };
}
