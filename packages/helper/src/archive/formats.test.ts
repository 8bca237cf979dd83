import { join } from 'node:path';
import { utimesSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { enumerateFiles } from '../files/enumerate.ts';
import { fakeIo, project, type Tree } from '../test-kit/project.ts';
import { compressionLevel } from './compression-level.ts';
import { archiveFormat, archiveName, createArchive, type ArchiveFormat } from './formats.ts';

async function bytes(format: ArchiveFormat, tree: Tree): Promise<Buffer> {
  const directory = project(tree);
  for (const path of Object.keys(tree)) if (typeof tree[path] === 'string') utimesSync(join(directory, path), 1e9, 1e9);
  const { io, log } = fakeIo(directory);
  const files = await enumerateFiles({ path: ['**'], exclude: [], untracked: false }, io, log);
  return buffer(createArchive(format, files, { project: directory, level: 5, log }));
}

it('gzip: one member for each file, with name, path and time', async () => {
  const data = await bytes('gzip', { 'a.xml': '<a/>', 'ü%.xml': '<b/>' });
  expect(gunzipSync(data).toString()).toBe('<a/><b/>');
  expect(data.subarray(0, 3).toString('hex')).toBe('1f8b08');
  expect(data.readUInt32LE(4)).toBe(1e9);
  expect(data.toString('latin1', 10, 22)).toBe('a.xml\0a.xml\0');
  expect(data.toString('latin1')).toContain('e:%C3%BC%25.xml\0');
});

it('raw: the file as it is', async () => {
  expect(String(await bytes('raw', { 'report.json': '{}' }))).toBe('{}');
});

it.each([
  ['gzip', { d: null }, 'd is not a regular file'],
  ['gzip', { l: { to: '/etc/passwd' } }, 'l is not a regular file'],
  ['raw', { l: { to: '/etc/passwd' } }, 'l is not a regular file'],
  ['raw', { a: '', b: '' }, 'only one file can be sent as raw, not 2'],
] as const)('%s refuses %j', async (format, tree, message) => {
  await expect(bytes(format, tree)).rejects.toThrow(message);
});

it('reads names of formats', () => {
  expect(['', 'zip', 'gzip', 'raw'].map(archiveFormat)).toEqual(['zip', 'zip', 'gzip', 'raw']);
  expect(() => archiveFormat('tarzstd')).toThrow('"tarzstd" is not supported; valid values: zip, gzip, raw');
});

it.each([
  ['build', 'zip', 'build.zip'],
  ['a/b', 'gzip', 'b.gz'],
  ['x.json', 'raw', 'x.json'],
  ['', 'zip', 'default.zip'],
  ['.', 'raw', 'default'],
] as const)('names %j as %s', (name, format, expected) => {
  expect(archiveName(name, format)).toBe(expected);
});

it('reads compression levels, and says what is none', () => {
  const { log, output } = fakeIo('/');
  expect(
    ['fastest', 'fast', 'default', 'slow', 'slowest', '', 'best'].map((name) => compressionLevel(name, log)),
  ).toEqual([0, 1, 5, 7, 9, 5, 5]);
  expect(output.stderr).toContain('best: not one of fastest,');
});
