import type { Stats } from 'node:fs';

/** What the records of one entry say. */
export interface ZipEntry {
  /** UTF-8, with `/`, and one at the end of a directory's. */
  readonly name: Buffer;
  readonly stats: Stats;
  /** Stored as it is, or compressed with deflate. */
  readonly isDeflated: boolean;
  /** Whether sizes have eight bytes; decided before they are known. */
  readonly isZip64: boolean;
  /** Whether checksum and sizes follow the data, as they are not known before. */
  readonly hasDescriptor: boolean;
}

/** What is known of an entry's data once it is written. */
export interface ZipSizes {
  readonly crc: number;
  readonly compressed: number;
  readonly uncompressed: number;
}

const max16 = 0xffff;
const max32 = 0xffffffff;
const versionPlain = 20;
const versionZip64 = 45;
/** The upper byte says that the attributes are those of Unix. */
const madeByUnix = (3 << 8) | versionZip64;

/** The record before an entry's data. Sizes count only without a descriptor. */
export function localHeader(entry: ZipEntry, sizes: ZipSizes): Buffer {
  const zip64 = entry.isZip64 ? extraField(0x0001, [u64(0), u64(0)]) : Buffer.alloc(0);
  const extra = Buffer.concat([zip64, attributes(entry.stats)]);
  const known = entry.hasDescriptor ? { crc: 0, compressed: 0, uncompressed: 0 } : sizes;
  const [compressed, uncompressed] = entry.isZip64 ? [max32, max32] : [known.compressed, known.uncompressed];
  return Buffer.concat([
    u32(0x04034b50),
    commonFields(entry),
    u32(known.crc),
    u32(compressed),
    u32(uncompressed),
    u16(entry.name.length),
    u16(extra.length),
    entry.name,
    extra,
  ]);
}

/** The record behind the data of an entry that has a descriptor. */
export function dataDescriptor(entry: ZipEntry, { crc, compressed, uncompressed }: ZipSizes): Buffer {
  const size = entry.isZip64 ? u64 : u32;
  return Buffer.concat([u32(0x08074b50), u32(crc), size(compressed), size(uncompressed)]);
}

/** An entry's record in the directory at the end. @param offset where its local header begins */
export function centralHeader(entry: ZipEntry, sizes: ZipSizes, offset: number): Buffer {
  const isLong = entry.isZip64 || offset >= max32;
  const zip64 = isLong
    ? extraField(0x0001, [u64(sizes.uncompressed), u64(sizes.compressed), u64(offset)])
    : Buffer.alloc(0);
  const extra = Buffer.concat([zip64, attributes(entry.stats)]);
  return Buffer.concat([
    u32(0x02014b50),
    u16(madeByUnix),
    commonFields({ ...entry, isZip64: isLong }),
    u32(sizes.crc),
    u32(isLong ? max32 : sizes.compressed),
    u32(isLong ? max32 : sizes.uncompressed),
    u16(entry.name.length),
    u16(extra.length),
    u16(0), // comment
    u16(0), // disk
    u16(0), // internal attributes
    u32(((entry.stats.mode << 16) | (entry.stats.isDirectory() ? 0x10 : 0)) >>> 0),
    u32(isLong ? max32 : offset),
    entry.name,
    extra,
  ]);
}

/** The records that end an archive. */
export function endRecords(count: number, directoryOffset: number, directorySize: number): Buffer {
  const isLong = count >= max16 || directoryOffset >= max32 || directorySize >= max32;
  const end = directoryOffset + directorySize;
  return Buffer.concat([
    ...(isLong ? zip64EndRecords(count, directoryOffset, directorySize, end) : []),
    u32(0x06054b50),
    u16(0), // this disk
    u16(0), // disk of the directory
    u16(isLong ? max16 : count),
    u16(isLong ? max16 : count),
    u32(isLong ? max32 : directorySize),
    u32(isLong ? max32 : directoryOffset),
    u16(0), // comment
  ]);
}

function zip64EndRecords(count: number, directoryOffset: number, directorySize: number, end: number): Buffer[] {
  return [
    u32(0x06064b50),
    u64(44), // what follows of this record
    u16(madeByUnix),
    u16(versionZip64),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(directorySize),
    u64(directoryOffset),
    u32(0x07064b50),
    u32(0),
    u64(end),
    u32(1), // disks
  ];
}

function commonFields(entry: ZipEntry): Buffer {
  const flags = 0x0800 | (entry.hasDescriptor ? 0x0008 : 0); // names are UTF-8
  return Buffer.concat([
    u16(entry.isZip64 ? versionZip64 : versionPlain),
    u16(flags),
    u16(entry.isDeflated ? 8 : 0),
    dosTime(entry.stats.mtime),
  ]);
}

/** Owner, group and time as Info-ZIP and GitLab write them: GitLab's cache of a job that is not root depends on them. */
function attributes({ uid, gid, mtimeMs }: Stats): Buffer {
  const seconds = Math.floor(mtimeMs / 1000);
  const isRepresentable = seconds >= -0x80000000 && seconds <= 0x7fffffff;
  const owner = extraField(0x7875, [u8(1), u8(4), u32(uid), u8(4), u32(gid)]);
  if (!isRepresentable) return owner;
  return Buffer.concat([owner, extraField(0x5455, [u8(1), u32(seconds >>> 0)])]);
}

/** For readers that know no extra fields: two seconds exact, in UTC, from 1980 on. */
function dosTime(date: Date): Buffer {
  const year = Math.min(2107, date.getUTCFullYear());
  if (!(year >= 1980)) return Buffer.concat([u16(0), u16((1 << 5) | 1)]);
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return Buffer.concat([u16(time), u16(day)]);
}

function extraField(id: number, parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([u16(id), u16(data.length), data]);
}

function u8(value: number): Buffer {
  return Buffer.of(value);
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}
