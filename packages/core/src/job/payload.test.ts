import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { parseJobPayload } from './payload.ts';

const minimal = { id: 1, job_info: {}, git_info: {}, steps: [{ name: 'script', script: ['true'] }] };

describe('parseJobPayload', () => {
  it('fills in what GitLab leaves out or sends as null', () => {
    const payload = parseJobPayload(
      { ...minimal, variables: null, image: null, services: null, cache: null },
      'job.json',
    );
    expect(payload).toMatchObject({ token: '', variables: [], services: [], cache: [], image: undefined });
    expect(payload.git_info.refspecs).toEqual([]);
    expect(payload.features.trace_sections).toBe(false);
  });

  it('names every problem with its path', () => {
    const bad = { ...minimal, id: 'x', variables: [{ value: 'no key' }], steps: [{ script: ['true'] }] };
    const problems = problemsOf(bad);
    expect(problems.map((p) => p.path)).toEqual(['id', 'variables[0].key', 'steps[0].name']);
  });

  it('reads caches, artifacts, dependencies and hooks, and minds no members that it does not know', () => {
    const payload = parseJobPayload(
      {
        ...minimal,
        cache: [{ key: 'k', paths: ['a'], when: '', policy: 'pull', fallback_keys: null, new: 1 }],
        artifacts: [{ paths: ['b'], when: 'always', artifact_format: 'gzip', artifact_type: 'junit', new: {} }],
        dependencies: [{ id: 7, token: 't', name: 'build', artifacts_file: { filename: 'a.zip', size: 3 } }, { id: 8 }],
        hooks: [{ name: 'pre_get_sources_script', script: ['x'] }],
      },
      'job.json',
    );
    expect(payload.cache).toMatchObject([{ key: 'k', paths: ['a'], when: 'on_success', policy: 'pull' }]);
    expect(payload.artifacts).toMatchObject([{ when: 'always', artifact_format: 'gzip', artifact_type: 'junit' }]);
    expect(payload.dependencies).toMatchObject([{ artifacts_file: { filename: 'a.zip' } }, { token: '' }]);
    expect(payload.hooks).toEqual([{ name: 'pre_get_sources_script', script: ['x'] }]);
  });

  it.each([
    ['cache[0].when', { cache: [{ when: 'later' }] }],
    ['cache[0].paths', { cache: [{ paths: 'node_modules' }] }],
    ['cache[0].fallback_keys[1]', { cache: [{ fallback_keys: ['a', 1] }] }],
    ['artifacts[1].when', { artifacts: [{}, { when: 'manual' }] }],
    ['artifacts[0].untracked', { artifacts: [{ untracked: 'yes' }] }],
    ['artifacts[0].exclude[0]', { artifacts: [{ exclude: [{}] }] }],
    ['dependencies[0].id', { dependencies: [{ id: '1' }] }],
    ['dependencies[0].artifacts_file.size', { dependencies: [{ id: 1, artifacts_file: { size: -1 } }] }],
    ['hooks[0].name', { hooks: [{ script: ['x'] }] }],
  ])('refuses a bad %s', (path, members) => {
    expect(problemsOf({ ...minimal, ...members }).map((problem) => problem.path)).toEqual([path]);
  });

  it.each([
    ['no steps', []],
    [
      'steps without commands',
      [
        { name: 'script', script: [] },
        { name: 'after_script', script: null },
      ],
    ],
  ])('refuses a job with %s', (_, steps) => {
    expect(problemsOf({ ...minimal, steps })).toEqual([
      { path: 'steps', message: 'the job has no script', kind: 'invalid' },
    ]);
  });

  it.each([
    ['a list', []],
    ['nothing', undefined],
    ['a text', 'job'],
  ])('refuses %s instead of a job', (_, input) => {
    expect(problemsOf(input)[0]).toMatchObject({ path: '', kind: 'invalid' });
  });
});

function problemsOf(input: unknown) {
  try {
    parseJobPayload(input, 'job.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}
