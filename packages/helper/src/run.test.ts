import { expect, it } from 'vitest';
import { commands } from './cli/commands.ts';
import * as surface from './index.ts';
import { runHelper, scratch } from './test-kit/project.ts';

it('exports what it says, and nothing else', () => {
  expect(Object.keys(surface).toSorted()).toEqual(['processIo', 'run']);
});

it.each([['--version'], ['-v'], ['--help'], [], ['help'], ['cache-archiver', '--help']])(
  'answers %j',
  async (...argv) => {
    const result = await runHelper('/', argv);
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toContain('gitlab-runner-helper');
  },
);

it('passes the check of the scripts whatever variables the job has', async () => {
  const env = { RUNNER_DEBUG: 'perhaps', DEBUG: 'app:*', LOG_LEVEL: 'loud', LOG_FORMAT: 'fancy' };
  expect((await runHelper('/', ['--version'], env)).status).toBe(0);
  expect((await runHelper(scratch(), ['cache-init', '.'], env)).status).toBe(0);
});

it('names what it knows when it is asked for something else', async () => {
  const result = await runHelper('/', ['read-logs', '--path', 'x']);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('unknown command "read-logs"; known are artifacts-downloader,');
});

it('says as much as is asked for', async () => {
  const args = ['cache-archiver', '--file', 'x', '--path', 'nothing'];
  expect((await runHelper(scratch(), ['--log-level', 'error', ...args])).stderr).toBe('');
  expect((await runHelper(scratch(), args, { LOG_LEVEL: 'FATAL' })).stderr).toBe('');
  expect((await runHelper(scratch(), args)).stderr).toContain('no files to cache');
});

it.each(Object.keys(commands))('%s knows its flags', async (name) => {
  const result = await runHelper('/', [name, '--no-such-flag']);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('unknown flag --no-such-flag');
});
