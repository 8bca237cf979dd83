import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandReferences } from './expand-references.ts';

const values = new Map([
  ['A', 'one'],
  ['B', '$(A)'],
  ['', 'empty'],
]);

test.each([
  ['nothing here', 'nothing here'],
  ['$(A)', 'one'],
  ['<$(A)$(A)>', '<oneone>'],
  ['$(B)', '$(A)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$one'],
  ['$$$$', '$$'],
  ['$(C)', '$(C)'],
  ['$(A', '$(A'],
  ['$A ${A} $', '$A ${A} $'],
  ['$()', 'empty'],
  ['$(A$(A)', '$(A$(A)'],
  [') $(A', ') $(A'],
])('makes %j to %j', (text, expanded) => {
  expect(expandReferences(text, (name) => values.get(name))).toBe(expanded);
});

test('gives any text back whose dollar signs were doubled', () => {
  fc.assert(fc.property(fc.string(), (text) => expandReferences(text.replaceAll('$', '$$$$'), () => 'never') === text));
});

test('takes linear time', () => {
  const text = '$('.repeat(500_000);
  expect(expandReferences(text, () => 'never')).toBe(text);
});
