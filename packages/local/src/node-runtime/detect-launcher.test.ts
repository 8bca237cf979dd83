import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectLauncher, type DetectOptions } from './detect-launcher.ts';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'pw-detect-'));
  mkdirSync(join(base, 'bin'));
  mkdirSync(join(base, 'root'));
});

afterEach(() => rmSync(base, { recursive: true }));

/** Detects with only those tools that a test has made. */
function detect(options: Partial<DetectOptions>) {
  const root = join(base, 'root');
  return detectLauncher({ mode: 'auto', root, toolPath: join(base, 'bin'), platform: 'linux', uid: 1000, ...options });
}

function tool(name: string, script = 'exit 0'): void {
  const path = join(base, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

test('runs plain processes when it is told to, and says so', () => {
  tool('sh');
  expect(detect({ mode: 'processes' })).toMatchObject({
    mode: 'processes',
    realUsers: false,
    description: expect.stringContaining('plain processes of this host (as was asked for)'),
  });
});

test('runs plain processes where there is no Linux', () => {
  tool('sh');
  expect(detect({ platform: 'darwin' }).description).toContain('they need Linux, and this is darwin');
});

test('runs plain processes where the tools are missing', () => {
  tool('sh');
  expect(detect({}).description).toContain('"nsenter": executable file not found');
});

test('runs plain processes where the trial fails, with what the tool says', () => {
  for (const name of ['nsenter', 'sh', 'unshare']) tool(name);
  tool('setpriv', 'echo "unshare failed: Operation not permitted" >&2; exit 1');
  expect(detect({}).description).toContain('namespaces are not to be had: unshare failed: Operation not permitted');
  expect(existsSync(join(base, 'root', 'trial'))).toBe(false);
});

test('runs plain processes where the root has a path that mount options cannot hold', () => {
  tool('sh');
  const root = join(base, 'a,b');
  expect(detect({ root }).description).toContain(`the directory ${root} has a comma`);
});

test('fails when namespaces were asked for and are not to be had', () => {
  expect(() => detect({ mode: 'namespaces', platform: 'darwin' })).toThrow(
    'containers cannot be run in namespaces on this host: they need Linux, and this is darwin',
  );
});

test('tries without a user namespace first where it is root', () => {
  for (const name of ['nsenter', 'sh', 'unshare']) tool(name);
  tool('setpriv', 'case "$*" in *--user*) exit 1 ;; esac');
  expect(detect({ uid: 0 })).toMatchObject({ mode: 'namespaces', realUsers: true });
});

test('tries a user namespace where root alone is not enough', () => {
  for (const name of ['nsenter', 'sh', 'unshare']) tool(name);
  tool('setpriv', 'case "$*" in *--user*) exit 0 ;; esac; exit 1');
  expect(detect({ uid: 0 })).toMatchObject({ mode: 'namespaces', realUsers: false });
});
