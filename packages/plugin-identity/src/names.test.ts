import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNamespaceName, isServiceAccountName } from './names.ts';

describe('isNamespaceName', () => {
  it.each(['a', 'default', 'kube-system', '7', '0-0', 'ci--1', 'a'.repeat(63)])('takes %j', (text) => {
    expect(isNamespaceName(text)).toBe(true);
  });

  it.each(['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a b', ' a', 'a\n', 'ä', '../a', 'a'.repeat(64)])(
    'refuses %j',
    (text) => {
      expect(isNamespaceName(text)).toBe(false);
    },
  );
});

describe('isServiceAccountName', () => {
  it.each(['default', 'ci.builder', 'a.b-c.d', '1.2', 'a'.repeat(253)])('takes %j', (text) => {
    expect(isServiceAccountName(text)).toBe(true);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a.-b', 'a-.b', 'A', 'a_b', 'a/b', 'a\n', 'a'.repeat(254)])(
    'refuses %j',
    (text) => {
      expect(isServiceAccountName(text)).toBe(false);
    },
  );

  it('takes what is made of names of namespaces, joined by dots, and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '0', '-', '.', 'A'), maxLength: 12 });
    fc.assert(
      fc.property(text, (name) => {
        expect(isServiceAccountName(name)).toBe(name.split('.').every(isNamespaceName));
      }),
    );
  });
});
