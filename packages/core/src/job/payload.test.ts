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
