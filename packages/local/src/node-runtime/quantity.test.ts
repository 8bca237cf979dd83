import { expect, test } from 'vitest';
import { quantityToNumber } from './quantity.ts';

test.each([
  ['0', 0],
  ['2', 2],
  ['500m', 0.5],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['.5k', 500],
  ['2e3', 2000],
  ['2E3', 2000],
  ['1E', 1e18],
  ['100Ti', 100 * 2 ** 40],
  ['-1', -1],
  ['', 0],
  ['1 Gi', 0],
  ['1Zi', 0],
  ['words', 0],
])('reads %j as %d', (text, number) => {
  expect(quantityToNumber(text)).toBeCloseTo(number);
});
