import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GitRepositories } from '../test/git-repositories.ts';

const repositories = new GitRepositories();
const { base, home, sha } = repositories;
const git = repositories.git.bind(repositories);
const job = repositories.job.bind(repositories);

afterAll(() => repositories.remove());

describe('get_sources', () => {
  it('clones, checks out the commit, and hands it to the script', async () => {
    await using pod = job({ GIT_STRATEGY: 'clone' }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).toContain('Created fresh repository.');
    expect(pod.output).toContain(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is main)...`);
    expect(pod.output).toContain('main 3\n');
    expect(git(pod.request.paths.projectDir, 'rev-list', '--count', 'HEAD')).toBe('4');
  });

  it('fetches no deeper than it is told', async () => {
    await using pod = job({ GIT_STRATEGY: 'fetch' }, { depth: 1 }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).toContain('Fetching changes with git depth set to 1...');
    expect(git(pod.request.paths.projectDir, 'rev-list', '--count', 'HEAD')).toBe('1');
  });

  it.each([
    { strategy: 'fetch', left: ['file'] },
    { strategy: 'fetch', flags: 'none', left: ['file', 'dirt'] },
    { strategy: 'clone', left: ['file'] },
    { strategy: 'empty', left: [] },
    { strategy: 'none', left: ['file', 'dirt'] },
  ])(
    'with strategy $strategy and clean flags $flags leaves $left of an earlier job',
    async ({ strategy, flags = '', left }) => {
      await using pod = job({ GIT_STRATEGY: strategy, GIT_CLEAN_FLAGS: flags });
      const { projectDir } = pod.request.paths;
      mkdirSync(join(projectDir, '..'), { recursive: true });
      execFileSync('git', ['clone', '--quiet', join(base, 'main'), projectDir], {
        env: { ...process.env, HOME: home },
      });
      for (const name of ['dirt', '.git/index.lock', '.git/config.lock', '.git/refs/heads/x.lock'])
        writeFileSync(join(projectDir, name), '');
      writeFileSync(join(projectDir, '.git/hooks/post-checkout'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      pod.start();
      expect(await pod.finished()).toMatchObject({ exit_code: 0 });
      expect(['file', 'dirt'].filter((name) => existsSync(join(projectDir, name)))).toEqual(left);
    },
  );

  it.each([
    { strategy: 'none', module: false, inner: false },
    { strategy: 'normal', module: true, inner: false },
    { strategy: 'recursive', module: true, inner: true },
  ])('with submodules $strategy', async ({ strategy, module, inner }) => {
    await using pod = job({ GIT_SUBMODULE_STRATEGY: strategy }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    const { projectDir } = pod.request.paths;
    expect([existsSync(join(projectDir, 'module/file')), existsSync(join(projectDir, 'module/inner/file'))]).toEqual([
      module,
      inner,
    ]);
  });

  it('tries as often as it may when the repository cannot be had, and runs no step then', async () => {
    await using pod = job({ GET_SOURCES_ATTEMPTS: '2' }, { repo_url: `file://${base}/none` }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 128, stage: 'get_sources' });
    expect(pod.ended().map((e) => [e.stage, e.attempt])).toEqual([
      ['prepare_script', 1],
      ['get_sources', 1],
      ['get_sources', 2],
    ]);
  });

  it('keeps credentials out of the repository, and removes them at the end', async () => {
    const url = 'http://user:s3cret@127.0.0.1:1/group/project.git';
    await using pod = job({}, { repo_url: url }).start();
    await pod.finished();
    const { projectDir, tmpDir } = pod.request.paths;
    const config = readFileSync(join(projectDir, '.git/config'), 'utf8');
    expect(config).toContain('http://127.0.0.1:1/group/project.git');
    expect(config).not.toContain('s3cret');
    expect(existsSync(join(tmpDir, 'git-credentials.conf'))).toBe(false);
    expect(pod.ended().at(-1)).toMatchObject({ stage: 'cleanup_file_variables', exit_code: 0 });
  });
});
