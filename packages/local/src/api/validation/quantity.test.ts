import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWhole, parseQuantity } from './quantity.ts';

const unit = 1_000_000_000n;

test.each<[string, bigint | undefined]>([
  ['1', unit],
  ['0', 0n],
  ['500m', unit / 2n],
  ['1.5', (3n * unit) / 2n],
  ['.5', unit / 2n],
  ['1.', unit],
  ['+1', unit],
  ['-1', -unit],
  ['1n', 1n],
  ['1u', 1000n],
  ['1k', 1000n * unit],
  ['1Ki', 1024n * unit],
  ['1.5Gi', 1_610_612_736n * unit],
  ['1E', 10n ** 18n * unit],
  ['1e3', 1000n * unit],
  ['1E-3', unit / 1000n],
  ['1e999999999', 10n ** 39n],
  ['0.0000000001', 1n],
  ['', undefined],
  ['.', undefined],
  ['1K', undefined],
  ['1 Gi', undefined],
  ['1GiB', undefined],
  ['abc', undefined],
  ['--1', undefined],
  ['1e', undefined],
  ['1'.repeat(65), undefined],
])('"%s" is %s billionths', (text, billionths) => {
  expect(parseQuantity(text)).toBe(billionths);
});

test('all ways to write a number of bytes are equal', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 40n }), (kibibytes) => {
      expect(parseQuantity(`${kibibytes}Ki`)).toBe(parseQuantity(`${kibibytes * 1024n}`));
      expect(parseQuantity(`${kibibytes}k`)).toBe(parseQuantity(`${kibibytes * 1000n}`));
      expect(parseQuantity(`${kibibytes}m`)).toBe(parseQuantity(`${kibibytes}e-3`));
    }),
  );
});

test('only whole units are whole', () => {
  expect([isWhole(unit), isWhole(0n), isWhole(unit + 1n)]).toEqual([true, true, false]);
});
