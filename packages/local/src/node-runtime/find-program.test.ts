import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pw-find-'));
  for (const directory of ['bin/dir', 'opt', 'srv']) mkdirSync(join(root, directory), { recursive: true });
  for (const file of ['bin/tool', 'opt/tool', 'opt/other', 'srv/script']) {
    writeFileSync(join(root, file), '');
    chmodSync(join(root, file), 0o755);
  }
  writeFileSync(join(root, 'bin/other'), 'not executable');
  symlinkSync('/only/in/the/container', join(root, 'bin/link'));
});

afterAll(() => rmSync(root, { recursive: true }));

test.each([
  ['tool', '/bin/tool'],
  ['other', '/opt/other'],
  ['link', '/bin/link'],
  ['/opt/tool', '/opt/tool'],
  ['./script', '/srv/script'],
  ['../bin/tool', '/bin/tool'],
])('finds %s at %s', (program, path) => {
  expect(findProgram(program, '/bin:/opt', '/srv', root)).toBe(path);
});

test('looks into the working directory for an empty entry of PATH', () => {
  expect(findProgram('script', '/bin:', '/srv', root)).toBe('/srv/script');
});

test.each([
  ['none', 'exec: "none": executable file not found in $PATH'],
  ['dir', 'exec: "dir": executable file not found in $PATH'],
  ['', 'exec: "": executable file not found in $PATH'],
  ['/bin/none', 'exec: "/bin/none": stat /bin/none: no such file or directory'],
  ['/bin/other', 'exec: "/bin/other": permission denied'],
  ['/bin/dir', 'exec: "/bin/dir": permission denied'],
])('says of %j what a runtime says', (program, message) => {
  expect(() => findProgram(program, '/bin:/opt', '/srv', root)).toThrow(
    expect.objectContaining({ reason: 'StartError', message }),
  );
});
