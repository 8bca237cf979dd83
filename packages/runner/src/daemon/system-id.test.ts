import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemId } from './system-id.ts';

const folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));
const file = join(folder, '.runner_system_id');

afterEach(() => rmSync(file, { force: true }));

it('is made once, and kept in a file for the owner alone', async () => {
  const made = await systemId(folder, 'host');
  expect(made).toMatch(/^r_[0-9a-f]{12}$/);
  expect(readFileSync(file, 'utf8')).toBe(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await systemId(folder, 'host')).toBe(made);
});

it('takes over that of GitLab Runner, and replaces what is none', async () => {
  writeFileSync(file, 's_0123456789ab\n');
  expect(await systemId(folder, 'host')).toBe('s_0123456789ab');
  writeFileSync(file, 'nonsense');
  expect(await systemId(folder, 'host')).toMatch(/^r_/);
});

it("is made of the host's name where nothing can be written", async () => {
  const of = (hostName: string) => systemId(join(folder, 'missing'), hostName);
  expect(await of('podwright-0')).toMatch(/^r_[0-9a-f]{12}$/);
  expect(await of('podwright-0')).toBe(await of('podwright-0'));
  expect(await of('podwright-0')).not.toBe(await of('podwright-1'));
});
