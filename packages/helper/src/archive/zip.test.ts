import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { enumerateFiles } from '../files/enumerate.ts';
import { fakeIo, project, scratch } from '../test-kit/project.ts';
import { unzip } from './unzip.ts';
import { zipArchive } from './zip.ts';
import { centralHeader, endRecords, localHeader } from './zip-records.ts';

/** Packs all of a directory into a file. */
async function pack(directory: string, level = 5): Promise<string> {
  const { io, log } = fakeIo(directory);
  const files = await enumerateFiles({ path: ['.'], exclude: [], untracked: false }, io, log);
  const archive = join(scratch(), 'archive.zip');
  await pipeline(zipArchive(files, { project: directory, level, log }), createWriteStream(archive));
  return archive;
}

async function unpack(archive: string): Promise<string> {
  const directory = scratch();
  await unzip(archive, directory, fakeIo(directory).log);
  return directory;
}

/** All that an archive has to keep, by path. */
function describeTree(directory: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const absolute = join(directory, path);
    const stats = lstatSync(absolute);
    const mode = (stats.mode & 0o7777).toString(8);
    const seconds = Math.floor(stats.mtimeMs / 1000);
    if (stats.isSymbolicLink()) found[path] = readlinkSync(absolute);
    else found[path] = { mode, seconds, content: stats.isFile() ? readFileSync(absolute).toString('base64') : null };
  }
  return found;
}

interface Thing {
  readonly path: readonly string[];
  readonly content: Uint8Array | string;
  readonly mode: number;
  readonly seconds: number;
}

/** So many bytes, around the size from which files are streamed. */
function noise(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * at) % 251);
}

const partName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(
  (name) =>
    name !== '.' &&
    name !== '..' &&
    // A name with U+FFFD is left out: it is what a name that is not UTF-8 is read as.
    !/[/\0\uFFFD]/.test(name) &&
    Buffer.byteLength(name) < 100 &&
    Buffer.from(name).toString() === name,
);
const thing: fc.Arbitrary<Thing> = fc.record({
  path: fc.array(partName, { minLength: 1, maxLength: 3 }),
  content: fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 65_535, max: 65_537 }).map(noise), partName),
  mode: fc.constantFrom(0o644, 0o755, 0o600, 0o777, 0o444, 0o4755),
  seconds: fc.integer({ min: 1, max: 2_000_000_000 }),
});

/** A directory with these things, as far as their paths do not clash. A text is a symlink's target. */
function make(things: readonly Thing[]): string {
  const directory = project();
  for (const { path, content, mode, seconds } of things) {
    const absolute = join(directory, ...path);
    try {
      mkdirSync(dirname(absolute), { recursive: true });
      if (typeof content === 'string') {
        symlinkSync(content, absolute);
        continue;
      }
      writeFileSync(absolute, content, { flag: 'wx' });
      chmodSync(absolute, mode);
      utimesSync(absolute, seconds, seconds);
    } catch {
      // Another one is there.
    }
  }
  return directory;
}

it('brings back names, content, modes, times and symlinks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(thing, { maxLength: 8 }), fc.constantFrom(0, 5, 9), async (things, level) => {
      const directory = make(things);
      const there = await unpack(await pack(directory, level));
      expect(describeTree(there)).toEqual(describeTree(directory));
      for (const used of [directory, there]) rmSync(used, { recursive: true });
    }),
    { numRuns: 60 },
  );
});

it.skipIf(process.getuid?.() !== 0)('brings back owners', async () => {
  const directory = project({ 'd/f': '1' });
  execFileSync('chown', ['-R', '1234:70000', join(directory, 'd')]);
  const { uid, gid } = lstatSync(join(await unpack(await pack(directory)), 'd/f'));
  expect([uid, gid]).toEqual([1234, 70_000]);
});

describe('other programs', () => {
  const has = (program: string): boolean => spawnSync(program, ['-v']).error === undefined;
  const sample = {
    'ü/日本.txt': 'text '.repeat(1000),
    'large.txt': 'line\n'.repeat(50_000),
    empty: '',
    link: { to: 'ü' },
    dir: null,
  };

  it.skipIf(!has('unzip')).each([0, 5])('unzip reads it, level %i', async (level) => {
    const directory = project(sample);
    chmodSync(join(directory, 'empty'), 0o751);
    const archive = await pack(directory, level);
    const there = scratch();
    execFileSync('unzip', ['-q', archive, '-d', there], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    expect(describeTree(there)).toEqual(describeTree(directory));
  });

  it.skipIf(!has('zipinfo'))('zipinfo finds nothing odd in it', async () => {
    const text = execFileSync('zipinfo', ['-v', await pack(project(sample))], { encoding: 'utf8' });
    expect(text.toLowerCase()).not.toMatch(/warning|error/);
    expect(text).toContain('universal time');
  });

  it.skipIf(!has('zip'))('what zip made is extracted', async () => {
    const directory = project(sample);
    const archive = join(scratch(), 'a.zip');
    execFileSync('zip', ['-qry', archive, '.'], { cwd: directory });
    expect(describeTree(await unpack(archive))).toEqual(describeTree(directory));
  });
});

describe('zip64', () => {
  it('has more entries than a plain archive can', async () => {
    const directory = project();
    const { log } = fakeIo(directory);
    const stats = lstatSync(directory);
    const files = new Map(Array.from({ length: 65_540 }, (_, at) => [`d${at}`, stats]));
    const archive = join(scratch(), 'many.zip');
    await pipeline(zipArchive(files, { project: directory, level: 0, log }), createWriteStream(archive));
    const zip = await openPromise(archive, { autoClose: true });
    expect(zip.entryCount).toBe(65_540);
    zip.close();
  });

  it('writes sizes and offsets behind 4 GiB in eight bytes', () => {
    const entry = {
      name: Buffer.from('big'),
      stats: lstatSync(scratch()),
      isDeflated: true,
      isZip64: true,
      hasDescriptor: true,
    };
    const sizes = { crc: 1, compressed: 5e9, uncompressed: 6e9 };
    const record = centralHeader(entry, sizes, 7e9);
    const at = 46 + entry.name.length;
    expect([record.readUInt16LE(at), record.readUInt16LE(at + 2)]).toEqual([1, 24]);
    expect([4, 12, 20].map((offset) => Number(record.readBigUInt64LE(at + offset)))).toEqual([6e9, 5e9, 7e9]);
    expect(localHeader(entry, sizes).readUInt16LE(4)).toBe(45);
    expect(endRecords(1, 5e9, 100).readUInt32LE(0)).toBe(0x06064b50);
  });
});

it('packs what was there when it came to a file, not what is written behind its end', async () => {
  const directory = project({ gone: '', stays: 'x' });
  const { io, log, output } = fakeIo(directory);
  const files = await enumerateFiles({ path: ['.'], exclude: [], untracked: false }, io, log);
  rmSync(join(directory, 'gone'));
  const archive = join(scratch(), 'a.zip');
  await pipeline(zipArchive(files, { project: directory, level: 5, log }), createWriteStream(archive));
  expect(Object.keys(describeTree(await unpack(archive)))).toEqual(['stays']);
  expect(output.stderr).toContain('gone: left out: it was removed meanwhile');
});

it('says so when files of .git are among those', async () => {
  const directory = project({ '.git/config': '' });
  const { io, log, output } = fakeIo(directory);
  const files = await enumerateFiles({ path: ['.'], exclude: [], untracked: false }, io, log);
  await zipArchive(files, { project: directory, level: 5, log }).next();
  expect(output.stderr).toContain('part of the .git directory');
});

it.each([100, 10_000])('is found damaged when it is, %i lines', async (lines) => {
  const archive = await pack(project({ f: 'some content '.repeat(lines) }), 0);
  const bytes = readFileSync(archive);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
  writeFileSync(archive, bytes);
  await expect(unpack(archive)).rejects.toThrow('"f" is damaged');
  truncateSync(archive, 50);
  await expect(unpack(archive)).rejects.toThrow('no zip archive');
});
