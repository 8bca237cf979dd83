import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigFile } from '../daemon/config-file.ts';
import { RegistrationWorld } from '../test-kit/registration-world.ts';
import { checkReplaceable, editConfigText, newConfigText, readConfigText } from './config-text.ts';

let world: RegistrationWorld;

beforeEach(async () => {
  world = await RegistrationWorld.start();
});

afterEach(async () => {
  await world.close();
});

const placeOf = (name: string) => ({ source: name, path: join(world.dir, name) });
const modeOf = (name: string): number => statSync(join(world.dir, name)).mode & 0o7777;

it('keeps the mode of a file, and gives a new one that of secrets', async () => {
  world.write('a', 'old');
  chmodSync(join(world.dir, 'old'), 0o640);
  await editConfigText(placeOf('old'), (text) => `${text}b`);
  await editConfigText(placeOf('new'), (text) => `${text}b`);
  expect([world.read('old'), modeOf('old')]).toEqual(['ab', 0o640]);
  expect([world.read('new'), modeOf('new')]).toEqual([`${newConfigText}b`, 0o600]);
  expect(readdirSync(world.dir)).toEqual(['new', 'old']);
});

it('replaces the file that a link leads to, even if it is not there yet', async () => {
  for (const name of ['real', 'other']) mkdirSync(join(world.dir, name));
  world.write('a', 'real/old');
  symlinkSync('real/old', join(world.dir, 'old'));
  symlinkSync('other/new', join(world.dir, 'new'));
  for (const name of ['old', 'new']) {
    await checkReplaceable(placeOf(name));
    await editConfigText(placeOf(name), () => 'b');
    expect(lstatSync(join(world.dir, name)).isSymbolicLink()).toBe(true);
  }
  expect([world.read('real/old'), world.read('other/new')]).toEqual(['b', 'b']);
});

it('does not show a byte order mark, and keeps it', async () => {
  world.write('\uFEFFa');
  expect(await readConfigText(placeOf('config.toml'))).toBe('a');
  await editConfigText(placeOf('config.toml'), (text) => `${text}b`);
  expect(world.read()).toBe('\uFEFFab');
});

it('does not touch a file that stays as it is, nor one whose edit fails', async () => {
  world.write('a');
  const { ino } = statSync(join(world.dir, 'config.toml'));
  await editConfigText(placeOf('config.toml'), (text) => text);
  const failing = editConfigText(placeOf('config.toml'), () => {
    throw new Error('no edit');
  });
  await expect(failing).rejects.toThrow('no edit');
  expect(statSync(join(world.dir, 'config.toml')).ino).toBe(ino);
});

it('refuses a file that is no text, and a place that is none', async () => {
  writeFileSync(join(world.dir, 'config.toml'), Buffer.from([0xff]));
  await expect(readConfigText(placeOf('config.toml'))).rejects.toThrow('is not valid UTF-8');
  await expect(checkReplaceable(placeOf('config.toml/x/y'))).rejects.toThrow(/cannot be written: (ENOTDIR|EEXIST)/);
  await expect(readConfigText(placeOf('.'))).rejects.toThrow('EISDIR');
  expect(await readConfigText(placeOf('none'))).toBeUndefined();
});

it('is seen by a running daemon', async () => {
  world.write('a');
  let changes = 0;
  const file = new ConfigFile(join(world.dir, 'config.toml'), async () => {
    changes += 1;
  });
  await file.begin();
  await editConfigText(placeOf('config.toml'), (text) => `${text}b`);
  await file.look(false);
  await file.look(false);
  file.close();
  expect([changes, readFileSync(join(world.dir, 'config.toml'), 'utf8')]).toEqual([1, 'ab']);
});
