import { describe, expect, it } from 'vitest';
import { isLabelKey, isLabelValue } from './labels.ts';

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

describe('labels', () => {
  it.each(['a', 'a-', 'a.', 'a_'])('take linear time for many %j', (unit) => {
    const text = `${unit.repeat(100_000)}!`;
    expect([isLabelKey(text), isLabelKey(`${text}/${text}`), isLabelValue(text)]).toEqual([false, false, false]);
  });
});
