import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VolumeMount } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containerMounts } from './container-mounts.ts';

let volume: string;

beforeEach(() => {
  volume = realpathSync(mkdtempSync(join(tmpdir(), 'pw-mounts-')));
  chmodSync(volume, 0o777);
});

afterEach(() => rmSync(volume, { recursive: true }));

function mounts(volumeMounts: VolumeMount[], readOnly = false) {
  const volumes = new Map([['v', { path: volume, directory: true, readOnly, host: false }]]);
  return containerMounts({ name: 'c', volumeMounts }, volumes, new Map([['NAME', 'deep']]));
}

test('puts outer mount points before those inside them, without needless slashes', () => {
  const paths = ['/a/b/c/', '/a', '//z/./y', '/a/b'].map((mountPath) => ({ name: 'v', mountPath }));
  expect(mounts(paths).map(({ target }) => target)).toEqual(['/a', '/z/y', '/a/b', '/a/b/c']);
});

test('is read-only when the mount or the volume is', () => {
  const [mount] = mounts([{ name: 'v', mountPath: '/a' }]);
  expect(mount).toEqual({ source: volume, target: '/a', directory: true, readOnly: false });
  expect(mounts([{ name: 'v', mountPath: '/a', readOnly: true }])[0]?.readOnly).toBe(true);
  expect(mounts([{ name: 'v', mountPath: '/a' }], true)[0]?.readOnly).toBe(true);
});

test('makes a sub path that is missing, open to whom the volume is', () => {
  const [mount] = mounts([{ name: 'v', mountPath: '/a', subPathExpr: 'x/$(NAME)' }]);
  expect(mount).toMatchObject({ source: join(volume, 'x/deep'), directory: true });
  expect(statSync(join(volume, 'x')).mode & 0o777).toBe(0o777);
});

test('knows a sub path that is a file', () => {
  writeFileSync(join(volume, 'file'), '');
  expect(mounts([{ name: 'v', mountPath: '/a', subPath: 'file' }])[0]).toMatchObject({ directory: false });
});

test.each<[string, Partial<VolumeMount>, string]>([
  ['another volume', { name: 'w' }, 'there is no volume w'],
  ['the root directory', { mountPath: '/x/..' }, 'nothing can be mounted on the root directory'],
  [
    'a sub path that leads up',
    { subPath: 'a/../../b' },
    'subPath "a/../../b" must be relative and must not contain \'..\'',
  ],
  ['an absolute sub path', { subPath: '/etc' }, 'subPath "/etc" must be relative'],
  ['a link out of the volume', { subPath: 'link/etc' }, 'subPath "link/etc" leaves the volume through a symbolic link'],
])('refuses %s', (_, mount, message) => {
  symlinkSync('/', join(volume, 'link'));
  expect(() => mounts([{ name: 'v', mountPath: '/a', ...mount }])).toThrow(message);
});

test('follows links within the volume', () => {
  mkdirSync(join(volume, 'real'));
  symlinkSync('real', join(volume, 'link'));
  expect(mounts([{ name: 'v', mountPath: '/a', subPath: 'link' }])[0]?.source).toBe(join(volume, 'real'));
});

test('makes nothing in a volume that is read-only', () => {
  expect(() => mounts([{ name: 'v', mountPath: '/a', subPath: 'new' }], true)).toThrow('subPath "new" is not in it');
  expect(existsSync(join(volume, 'new'))).toBe(false);
});
