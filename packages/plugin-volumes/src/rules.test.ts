import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyParts, mountPathProblem, objectNameProblem, plainPath } from './rules.ts';

it.each([
  ['/a', '/a'],
  ['/a/', '/a'],
  ['/a//', '/a'],
  ['//a/./b', '/a/b'],
  ['/', '/'],
  ['//', '/'],
])('makes of %j the plain path %j', (path, expected) => {
  expect(plainPath(path)).toBe(expected);
});

it('leaves a plain path as it is', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const plain = plainPath(`/${path}`);
      expect(plainPath(plain)).toBe(plain);
    }),
  );
});

it('lets no mount path out of the directory that it begins with', () => {
  const part = fc.constantFrom('', '.', '..', 'a', 'b.', '..c');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const path = `/top/${parts.join('/')}`;
      const isInside = `${plainPath(path)}/`.startsWith('/top/');
      expect(mountPathProblem(path) !== undefined || isInside).toBe(true);
    }),
  );
});

it.each([
  ['', 1],
  ['a', 0],
  ['a/', 1],
  ['a//b', 1],
  ['./a', 1],
  ['.', 1],
])('counts the empty parts of %j: %i', (path, expected) => {
  expect(emptyParts(path)).toBe(expected);
});

it('takes every label for the name of an object', () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (parts) => {
      expect(objectNameProblem(parts.join('.'))).toBeUndefined();
    }),
  );
});
