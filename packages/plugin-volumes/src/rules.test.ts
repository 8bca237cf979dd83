import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLabel, objectNameProblem, withoutEnd } from './rules.ts';

it.each([
  ['/a', '/a'],
  ['/a/', '/a'],
  ['/a//', '/a'],
  ['/', ''],
  ['', ''],
])('takes the slashes from the end of %j', (path, expected) => {
  expect(withoutEnd(path)).toBe(expected);
});

it.each([
  ['a', true],
  ['a-1', true],
  ['-a', false],
  ['a.b', false],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['', false],
])('%j is a label: %s', (name, expected) => {
  expect(isLabel(name)).toBe(expected);
});

it('takes every label for the name of an object', () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (parts) => {
      expect(objectNameProblem(parts.join('.'))).toBeUndefined();
    }),
  );
});
