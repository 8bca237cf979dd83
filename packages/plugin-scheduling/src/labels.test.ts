import { describe, expect, it } from 'vitest';
import { isLabelKey, isLabelValue, isNamespace, isSubdomain } from './labels.ts';

describe('isLabelKey', () => {
  it.each([
    'a',
    'A',
    '1',
    'a_b.C-d',
    'x'.repeat(63),
    'example.com/a',
    'kubernetes.io/e2e-az-name',
    `${'x'.repeat(253)}/a`,
  ])('takes %j', (text) => {
    expect(isLabelKey(text)).toBe(true);
  });

  it.each([
    '',
    'a b',
    '-a',
    'a.',
    '_a',
    'a\n',
    'é',
    'x'.repeat(64),
    'a/b/c',
    '/a',
    'a/',
    'A.b/c',
    'a_b/c',
    `${'x'.repeat(254)}/a`,
  ])('refuses %j, as the API server does', (text) => {
    expect(isLabelKey(text)).toBe(false);
  });
});

describe('isLabelValue', () => {
  it.each(['', 'a', 'True', '1.0', 'x'.repeat(63)])('takes %j', (text) => {
    expect(isLabelValue(text)).toBe(true);
  });

  it.each(['a b', 'b=c', 'a/b', '-5', 'a-', 'x'.repeat(64)])('refuses %j', (text) => {
    expect(isLabelValue(text)).toBe(false);
  });
});

describe('names', () => {
  it.each([
    ['ci', true, true],
    ['a-1', true, true],
    ['node1.example.com', true, false],
    ['x'.repeat(64), true, false],
    ['', false, false],
    ['A', false, false],
    ['a_b', false, false],
    ['a.', false, false],
  ])('of nodes and namespaces: %j', (text, isNode, isSpace) => {
    expect([isSubdomain(text), isNamespace(text)]).toEqual([isNode, isSpace]);
  });

  it.each(['a', 'a-', 'a.', 'a_'])('take linear time for many %j', (unit) => {
    const text = `${unit.repeat(100_000)}!`;
    expect([isLabelKey(text), isLabelKey(`${text}/${text}`), isLabelValue(text)]).toEqual([false, false, false]);
  });
});
