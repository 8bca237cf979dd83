import { defaultRunnerConfig, parseJobPayload, type RunnerConfig } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { jobPaths } from './job-paths.ts';

function payload(repoUrl: string, variables: Record<string, string> = {}) {
  return parseJobPayload(
    {
      id: 1,
      job_info: { project_id: 9 },
      git_info: { repo_url: repoUrl },
      variables: Object.entries(variables).map(([key, value]) => ({ key, value })),
      steps: [{ name: 'script', script: ['x'] }],
    },
    'test',
  );
}

const runner = defaultRunnerConfig([]);

describe('jobPaths', () => {
  it('are those of GitLab Runner in containers with a file system', () => {
    expect(jobPaths(payload('https://gitlab.example.com/group/sub/app.git'), runner, '')).toEqual({
      buildsDir: '/builds',
      projectDir: '/builds/group/sub/app',
      tmpDir: '/builds/group/sub/app.tmp',
      cacheDir: '/cache/group/sub/app',
      jobDir: '/podwright/job',
      controlDir: '/podwright/control',
    });
  });

  it('are below a root where there is one', () => {
    expect(jobPaths(payload('https://h/g/p'), runner, '/tmp/x')).toEqual({
      buildsDir: '/tmp/x/builds',
      projectDir: '/tmp/x/builds/g/p',
      tmpDir: '/tmp/x/builds/g/p.tmp',
      cacheDir: '/tmp/x/cache/g/p',
      jobDir: '/tmp/x/job',
      controlDir: '/tmp/x/control',
    });
  });

  it.each<[string, Partial<RunnerConfig>, Record<string, string>, string]>([
    ['builds_dir', { builds_dir: '/data/' }, {}, '/data/g/p'],
    ['the project path that the job is told', {}, { CI_PROJECT_PATH: 'a/b' }, '/builds/a/b'],
    ['GIT_CLONE_PATH', {}, { GIT_CLONE_PATH: '$CI_BUILDS_DIR/go/src/p/' }, '/builds/go/src/p'],
    ['no path that leads elsewhere', {}, { CI_PROJECT_PATH: '../etc' }, '/builds/g/p'],
  ])('follow %s', (_, config, variables, projectDir) => {
    expect(jobPaths(payload('https://h/g/p.git', variables), { ...runner, ...config }, '').projectDir).toBe(projectDir);
  });

  it('fall back to the number of the project', () => {
    expect(jobPaths(payload(''), runner, '').projectDir).toBe('/builds/project-9');
  });

  it.each<[Partial<RunnerConfig>, Record<string, string>, string]>([
    [{ builds_dir: 'builds' }, {}, 'runners.builds_dir: "builds" must be an absolute path'],
    [{}, { GIT_CLONE_PATH: '/etc' }, '"/etc" is not inside of /builds: begin it with $CI_BUILDS_DIR'],
    [
      { custom_build_dir: { enabled: false } },
      { GIT_CLONE_PATH: '/builds/x' },
      'variables.GIT_CLONE_PATH: is not allowed: the runner has custom_build_dir disabled',
    ],
    [{}, { GIT_CLONE_PATH: '/builds/../etc' }, '"/builds/../etc" is not inside of /builds'],
  ])('refuse %j %j', (config, variables, message) => {
    expect(() => jobPaths(payload('https://h/g/p', variables), { ...runner, ...config }, '')).toThrow(message);
  });

  it('do not show a masked value that is in a bad one', () => {
    const { variables, ...rest } = payload('https://h/g/p', { SECRET: 's3cret', GIT_CLONE_PATH: '/etc/$SECRET' });
    const masked = variables.map((variable) => ({ ...variable, masked: variable.key === 'SECRET' }));
    expect(() => jobPaths({ ...rest, variables: masked }, runner, '')).toThrow('"[MASKED]" is not inside of /builds');
  });
});
