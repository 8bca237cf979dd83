import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { craftZip, directoryMode, symlinkMode, type CraftedEntry } from '../test-kit/craft-zip.ts';
import { fakeIo, scratch } from '../test-kit/project.ts';
import { unzip } from './unzip.ts';

let outside: string;
let directory: string;
beforeEach(() => {
  const parent = scratch();
  outside = join(parent, 'outside');
  directory = join(parent, 'project');
  mkdirSync(outside);
  mkdirSync(directory);
});

async function extract(...entries: readonly CraftedEntry[]): Promise<string> {
  const archive = join(scratch(), 'crafted.zip');
  writeFileSync(archive, craftZip(entries));
  const { log, output } = fakeIo(directory);
  await unzip(archive, directory, log);
  return output.stderr;
}

describe('refuses to write outside', () => {
  it.each([
    ['an absolute name', [{ name: '/tmp/podwright-evil' }]],
    ['a name that leads out', [{ name: '../outside/evil' }]],
    ['a name that leads out later', [{ name: 'a/../../outside/evil' }]],
    ['a directory that leads out', [{ name: '../outside/evil/', mode: directoryMode }]],
    ['only ..', [{ name: '..', mode: symlinkMode, content: 'x' }]],
    ['a NUL', [{ name: 'a\0b' }]],
    ['no name', [{ name: '.', content: 'x' }]],
    ['a symlink as a target without end', [{ name: 'l', mode: symlinkMode, content: 'x'.repeat(5000) }]],
    ['a symlink without a target', [{ name: 'l', mode: symlinkMode }]],
  ])('%s', async (_name, entries) => {
    await expect(extract(...entries)).rejects.toThrow('refused to extract');
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync('/tmp/podwright-evil')).toBe(false);
  });

  it('a file below a symlink of the same archive', async () => {
    await expect(
      extract({ name: 'l', mode: symlinkMode, content: '../outside' }, { name: 'l/evil', content: 'x' }),
    ).rejects.toThrow('a directory that is not empty');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('a symlink below a symlink of the same archive', async () => {
    await expect(
      extract(
        { name: 'l', mode: symlinkMode, content: '../outside' },
        { name: 'l/evil', mode: symlinkMode, content: 'x' },
      ),
    ).rejects.toThrow('a symlink on its way leads out');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('the mode of a directory that became a symlink', async () => {
    const before = lstatSync(outside).mode;
    await expect(
      extract({ name: 'd/', mode: 0o040777 }, { name: 'd', mode: symlinkMode, content: '../outside' }),
    ).rejects.toThrow('leads out');
    expect(lstatSync(outside).mode).toBe(before);
  });

  it.each(['l/evil', 'l/deep/evil'])('through a symlink that was there: %s', async (name) => {
    symlinkSync('../outside', join(directory, 'l'));
    await expect(extract({ name, content: 'x' })).rejects.toThrow('a symlink on its way leads out');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('by replacing what a symlink leads to', async () => {
    writeFileSync(join(outside, 'file'), 'safe');
    symlinkSync('../outside/file', join(directory, 'f'));
    await extract({ name: 'f', content: 'new' });
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('safe');
    expect(readFileSync(join(directory, 'f'), 'utf8')).toBe('new');
  });
});

it('keeps the target of a symlink as it is: only writing through it would be wrong', async () => {
  await extract({ name: 'venv/bin/python', mode: symlinkMode, content: '/usr/bin/python3' });
  expect(readlinkSync(join(directory, 'venv/bin/python'))).toBe('/usr/bin/python3');
});

it('goes through a symlink that was there and stays inside', async () => {
  mkdirSync(join(directory, 'real'));
  symlinkSync('real', join(directory, 'l'));
  await extract({ name: 'l/', mode: directoryMode }, { name: 'l/f', content: 'x' });
  expect(readFileSync(join(directory, 'real/f'), 'utf8')).toBe('x');
  expect(lstatSync(join(directory, 'l')).isSymbolicLink()).toBe(true);
});

it('replaces what is there, whatever it is', async () => {
  writeFileSync(join(directory, 'd'), 'a file');
  mkdirSync(join(directory, 'f'));
  await extract({ name: 'd/x', content: '1' }, { name: 'f', content: '2' }, { name: 'f', content: '3' });
  expect(readFileSync(join(directory, 'd/x'), 'utf8')).toBe('1');
  expect(readFileSync(join(directory, 'f'), 'utf8')).toBe('3');
});

it('does not remove a directory with something in it', async () => {
  mkdirSync(join(directory, 'f/kept'), { recursive: true });
  await expect(extract({ name: 'f', content: 'x' })).rejects.toThrow('a directory that is not empty has its name');
});

it('fills a directory before it takes the permission to write away', async () => {
  await extract(
    { name: 'd/', mode: 0o040500 },
    { name: 'd/e/', mode: 0o040500 },
    { name: 'd/e/f', content: 'x', mode: 0o100400 },
  );
  expect([lstatSync(join(directory, 'd')).mode & 0o777, lstatSync(join(directory, 'd/e/f')).mode & 0o777]).toEqual([
    0o500, 0o400,
  ]);
});

it('leaves out devices and names that are not UTF-8, and says so', async () => {
  const said = await extract({ name: 'dev', mode: 0o020666 }, { name: Buffer.from([0xff]) }, { name: 'f' });
  expect(readdirSync(directory)).toEqual(['f']);
  expect(said).toContain('dev: left out');
  expect(said).toContain('not UTF-8');
});
