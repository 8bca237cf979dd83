import { describe, expect, it } from 'vitest';
import { defaultRunnerConfig } from '../config/load.ts';
import { parseJobPayload } from './payload.ts';
import { podName, shortToken, uniqueName } from './names.ts';

describe('shortToken', () => {
  it.each([
    ['eight characters of a classic token', 'AbCd1234efgh', 'AbCd1234'],
    ['the whole of a short one', 'abc', 'abc'],
    ['nine behind a known prefix', 'glrt-abcdefghijkl', 'abcdefghi'],
    ['nine behind a prefix with a type', 'glrt-t1_abcdefghijkl', 'abcdefghi'],
  ])('shows %s', (_, token, short) => expect(shortToken(token)).toBe(short));
});

describe('names of objects', () => {
  it.each([
    ['AbCd1234efgh', 17, 0, 'runner-abcd1234-project-17-concurrent-0'],
    ['tOk3_?of', 1, 2, 'runner-tok3of-project-1-concurrent-2'],
  ])('of runner %s, project %i and slot %i are fit for DNS', (token, project, slot, name) => {
    expect(uniqueName({ ...defaultRunnerConfig([]), token }, payload(project), slot)).toBe(name);
  });

  it('leave room for the random part', () => {
    const name = podName('r'.repeat(63), 'abcdefgh');
    expect(name).toHaveLength(63);
    expect(name).toMatch(/^r{54}-abcdefgh$/);
  });
});

function payload(project: number) {
  return parseJobPayload(
    { id: 1, job_info: { project_id: project }, git_info: {}, steps: [{ name: 'script', script: ['true'] }] },
    'job.json',
  );
}
