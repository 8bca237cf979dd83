import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadsOut, objectName } from './object-name.ts';

const token = 'glrt-t1_abcdefghijkl';
const own = { path: '', shared: false, token };

describe('objectName', () => {
  it.each([
    ['by default', own, 'k', 'runner/abcdefghi/project/7/k'],
    ['with a path', { ...own, path: 'team/ci' }, 'k', 'team/ci/runner/abcdefghi/project/7/k'],
    ['with slashes around the path', { ...own, path: '/team//ci/' }, 'k', 'team/ci/runner/abcdefghi/project/7/k'],
    ['shared', { ...own, shared: true }, 'k', 'project/7/k'],
    ['shared, with a path', { ...own, path: 'p', shared: true }, 'k', 'p/project/7/k'],
    ['with folders in the key', { ...own, shared: true }, 'a/b c/ü', 'project/7/a/b c/ü'],
    ['of a runner without a token', { ...own, token: '' }, 'k', 'runner/project/7/k'],
    ['of an old token', { ...own, token: 'abcdefghijkl' }, 'k', 'runner/abcdefgh/project/7/k'],
  ])('%s', (_, naming, key, name) => expect(objectName(naming, { projectId: 7, key })).toBe(name));

  it.each(['..', '../8/k', 'a/../../8', '', '/', '.'])('refuses the key %j', (key) => {
    expect(() => objectName(own, { projectId: 7, key })).toThrow('leads out of its project');
  });

  it('stays below its project, whatever the key', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a./]{0,12}$/), (key) => {
        let name = 'project/7/k';
        try {
          name = objectName({ ...own, shared: true }, { projectId: 7, key });
        } catch {
          // Refused.
        }
        expect(name).toMatch(/^project\/7\/./);
        expect(name.split('/')).not.toContain('..');
      }),
    );
  });
});

it.each([
  ['', false],
  ['a/..', false],
  ['..a', false],
  ['..', true],
  ['/../a', true],
  ['a/../..', true],
])('leadsOut(%j) is %s', (path, expected) => expect(leadsOut(path)).toBe(expected));
