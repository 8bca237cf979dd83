import { expect, it } from 'vitest';
import { isDnsLabel, isDnsSubdomain, isLabelName } from './names-of-kubernetes.ts';

it.each([
  ['a', true, true],
  ['a-1', true, true],
  ['1', true, true],
  ['', false, false],
  ['-a', false, false],
  ['a-', false, false],
  ['A', false, false],
  ['a_b', false, false],
  ['a.b', false, true],
  ['a..b', false, false],
  ['.a', false, false],
  ['a.', false, false],
  ['a.-b', false, false],
  ['a'.repeat(63), true, true],
  ['a'.repeat(64), false, true],
  ['a'.repeat(253), false, true],
  ['a'.repeat(254), false, false],
  ['a\n', false, false],
  [`${'a'.repeat(1_000_000)}!`, false, false],
])('%j is a label: %s, a subdomain: %s', (text, isLabel, isSubdomain) => {
  expect(isDnsLabel(text)).toBe(isLabel);
  expect(isDnsSubdomain(text)).toBe(isSubdomain);
});

it.each([
  ['a', true],
  ['A_1.b-C', true],
  ['', false],
  ['-a', false],
  ['a_', false],
  ['a/b', false],
  ['ä', false],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['a\n', false],
])('%j is a name of a label: %s', (text, isName) => {
  expect(isLabelName(text)).toBe(isName);
});
