import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GitRepositories } from '../test/git-repositories.ts';

const repositories = new GitRepositories();
const main = join(repositories.base, 'main');
const sha = repositories.addSubmodule(main, 'module', 'libs/second');

afterAll(() => repositories.remove());

describe('the submodules', () => {
  it.each([
    { paths: 'module', has: [true, false] },
    { paths: ':(exclude)module', has: [false, true] },
    { paths: 'libs/second  module', has: [true, true] },
  ])('are those of GIT_SUBMODULE_PATHS=$paths', async ({ paths, has }) => {
    const variables = { GIT_SUBMODULE_STRATEGY: 'normal', GIT_SUBMODULE_PATHS: paths };
    await using pod = repositories.job(variables, { sha }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    const { projectDir } = pod.request.paths;
    expect(['module', 'libs/second'].map((path) => existsSync(join(projectDir, path, 'file')))).toEqual(has);
  });

  it('have the depth that GIT_SUBMODULE_DEPTH says, and the flags of GIT_SUBMODULE_UPDATE_FLAGS', async () => {
    const flags = { GIT_SUBMODULE_DEPTH: '1', GIT_SUBMODULE_UPDATE_FLAGS: '--jobs 2 --reference-if-able x' };
    const variables = { GIT_SUBMODULE_STRATEGY: 'normal', ...flags, GIT_SUBMODULE_PATHS: 'module' };
    await using refused = repositories.job(variables, { sha }).start();
    expect(await refused.finished()).toMatchObject({ stage: 'get_sources' });
    expect(refused.output).toContain('Retrying...');
    await using pod = repositories.job({ ...variables, GIT_SUBMODULE_UPDATE_FLAGS: '--jobs 2' }, { sha }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).toContain('Updating/initializing submodules with git depth set to 1...');
    const count = (path: string) =>
      repositories.git(join(pod.request.paths.projectDir, path), 'rev-list', '--count', 'HEAD');
    expect([count('.'), count('module')]).toEqual(['5', '1']);
  });

  it.each([
    {
      server: { CI_SERVER_URL: 'https://gitlab.example.com/git', CI_SERVER_HOST: 'gitlab.example.com' },
      from: ['git@gitlab.example.com:a/b.git', 'ssh://git@gitlab.example.com/a/b.git'],
      to: 'https://user:pw@gitlab.example.com/git/a/b.git',
    },
    {
      server: { CI_SERVER_HOST: 'h', CI_SERVER_SHELL_SSH_HOST: 'ssh.h', CI_SERVER_SHELL_SSH_PORT: '2222' },
      from: ['ssh://git@ssh.h:2222/a/b.git'],
      to: 'https://user:pw@gitlab.example.com/a/b.git',
    },
  ])('are fetched from $to with GIT_SUBMODULE_FORCE_HTTPS', async ({ server, from, to }) => {
    const info = { repo_url: 'https://user:pw@gitlab.example.com/g/p.git', sha };
    const variables = { ...server, GIT_SUBMODULE_FORCE_HTTPS: 'true' };
    const script = [...from.map((url) => `git ls-remote --get-url ${url}`), 'exit 7'];
    const hooks = [{ name: 'pre_get_sources_script', script }];
    await using pod = repositories.job(variables, info, { payload: { hooks } }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 7, stage: 'get_sources' });
    expect(pod.output.split('\n').filter((line) => line === to)).toHaveLength(from.length);
  });
});

describe('GIT_CLONE_EXTRA_FLAGS', () => {
  const native = {
    GIT_STRATEGY: 'clone',
    FF_USE_GIT_NATIVE_CLONE: 'true',
    GIT_CLONE_EXTRA_FLAGS: '--no-tags --origin origin',
  };

  it('go to git clone, where it is asked for', async () => {
    await using pod = repositories.job(native, { sha }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).toContain('Cloning repository for main...');
    const { projectDir } = pod.request.paths;
    expect(repositories.git(projectDir, 'config', 'remote.origin.tagOpt')).toBe('--no-tags');
    expect(repositories.git(projectDir, 'config', '--get-all', 'remote.origin.url')).toBe(`file://${main}`);
    expect(repositories.git(projectDir, 'rev-parse', 'HEAD')).toBe(sha);
    expect(readFileSync(join(projectDir, 'file'), 'utf8')).toBe('main 3\n');
  });

  it('may clone less than the job needs: the rest is fetched', async () => {
    await using pod = repositories.job(native, { depth: 1 }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 128, stage: 'get_sources' });
    const refspecs = [`+${repositories.sha}:refs/pipelines/1`];
    await using fetched = repositories.job(native, { depth: 1, refspecs }).start();
    expect(await fetched.finished()).toMatchObject({ exit_code: 0 });
    expect(repositories.git(fetched.request.paths.projectDir, 'rev-parse', 'HEAD')).toBe(repositories.sha);
  });

  it.each([
    [
      'of a full name, which older versions of git cannot clone',
      native,
      'refs/heads/main',
      /Cloning repository|Created fresh repository/,
    ],
    [
      'without git clone, with a warning',
      { GIT_CLONE_EXTRA_FLAGS: '--no-tags' },
      'main',
      /GIT_CLONE_EXTRA_FLAGS is ignored/,
    ],
  ])('leave the sources whole for a ref %s', async (_, variables, ref, says) => {
    await using pod = repositories.job(variables, { sha, ref }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).toMatch(says);
    expect(pod.output).toContain('main 3\n');
  });
});

describe('hooks', () => {
  const script = (name: string) => [`echo "${name} in $PWD"; ls -a; true`];
  const payload = {
    hooks: [
      { name: 'post_get_sources_script', script: script('job post') },
      { name: 'pre_get_sources_script', script: script('job pre') },
      { name: 'some_day', script: ['exit 1'] },
    ],
  };
  const runner = {
    pre_clone_script: 'echo runner clone',
    pre_get_sources_script: 'echo runner pre',
    post_get_sources_script: 'echo runner post',
  };

  it('of runner and job run around the sources, those of the runner outside', async () => {
    await using pod = repositories.job({}, { sha }, { payload, runner }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    const order = [
      '\nrunner clone\n',
      '\nrunner pre\n',
      '\njob pre in ',
      'Checking out',
      '\njob post in ',
      '\nrunner post\n',
    ];
    const places = order.map((text) => pod.output.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(pod.output).toContain(`job post in ${pod.request.paths.projectDir}\n.\n..\n.git\n`);
  });

  it('do not run for a job without sources', async () => {
    await using pod = repositories.job({ GIT_STRATEGY: 'none' }, {}, { payload, runner }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
    expect(pod.output).not.toMatch(/job (pre|post)|runner (clone|pre|post)/);
  });

  it('and a job without sources fails where it has no place for its project', async () => {
    await using pod = repositories.job({ GIT_STRATEGY: 'none' }, {});
    const folder = pod.request.paths.projectDir;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, '');
    expect(await pod.start().finished()).toMatchObject({ exit_code: 1, stage: 'get_sources' });
    expect(pod.output).toMatch(/mkdir: .*File exists/);
  });

  it('fail the stage when they fail', async () => {
    const hooks = [{ name: 'post_get_sources_script', script: ['exit 9'] }];
    await using pod = repositories.job({}, { sha }, { payload: { hooks } }).start();
    expect(await pod.finished()).toMatchObject({ exit_code: 9, stage: 'get_sources' });
  });
});
