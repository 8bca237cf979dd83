import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Volume } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeVolume, type VolumeDirectory } from './volume-directory.ts';

let parent: string;
let umask: number;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'pw-volumes-'));
  umask = process.umask(0o077);
});

afterEach(() => {
  process.umask(umask);
  rmSync(parent, { recursive: true });
});

const objects = {
  getSecret: () => ({ data: { key: Buffer.from('word').toString('base64') } }),
  getConfigMap: () => undefined,
};

function make(volume: Omit<Volume, 'name'>): VolumeDirectory {
  return makeVolume({ metadata: { namespace: 'test' } }, { name: 'v', ...volume }, objects, parent, undefined);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

test('makes an emptyDir that everybody may write to, whatever the umask', () => {
  const { path, ...rest } = make({ emptyDir: {} });
  expect(rest).toEqual({ directory: true, host: false, readOnly: false });
  expect([path, mode(path)]).toEqual([join(parent, 'v'), '777']);
});

test('writes the files of a Secret with the wanted modes, whatever the umask', () => {
  const items = [{ key: 'key', path: 'in/side/file', mode: 0o640 }];
  const { path, readOnly } = make({ secret: { secretName: 's', items } });
  expect(readOnly).toBe(true);
  expect(readFileSync(join(path, 'in/side/file'), 'utf8')).toBe('word');
  expect(['', 'in', 'in/side', 'in/side/file'].map((name) => mode(join(path, name)))).toEqual([
    '755',
    '755',
    '755',
    '640',
  ]);
});

test('gives a path of the host as it is', () => {
  writeFileSync(join(parent, 'file'), '');
  expect(make({ hostPath: { path: parent } })).toEqual({ path: parent, directory: true, host: true, readOnly: false });
  expect(make({ hostPath: { path: join(parent, 'file'), type: 'File' } })).toMatchObject({ directory: false });
});

test('makes a path of the host only when it is told to', () => {
  make({ hostPath: { path: join(parent, 'made'), type: 'DirectoryOrCreate' } });
  make({ hostPath: { path: join(parent, 'touched'), type: 'FileOrCreate' } });
  expect(statSync(join(parent, 'made')).isDirectory()).toBe(true);
  expect(statSync(join(parent, 'touched')).isFile()).toBe(true);
  expect(() => make({ hostPath: { path: join(parent, 'none') } })).toThrow('hostPath type check failed: ENOENT');
  expect(existsSync(join(parent, 'none'))).toBe(false);
});

test.each([
  ['Directory', 'file', 'is not a directory'],
  ['File', '', 'is not a file'],
])('refuses a path of the host that is no %s', (type, name, message) => {
  writeFileSync(join(parent, 'file'), '');
  expect(() => make({ hostPath: { path: join(parent, name), type } })).toThrow(message);
});

test('names the kinds of volumes that there are', () => {
  expect(() => make({ persistentVolumeClaim: { claimName: 'c' } })).toThrow(
    'persistentVolumeClaim is not supported by this node, only emptyDir, secret, configMap, downwardAPI, projected and hostPath are',
  );
});
