import { expect, it } from 'vitest';
import { Numbers } from './numbers.ts';

it('gives each job the lowest number that is free among its own', () => {
  const numbers = new Numbers();
  expect([numbers.take('a'), numbers.take('a'), numbers.take('b'), numbers.take('a')]).toEqual([0, 1, 0, 2]);
  numbers.release('a', 1);
  numbers.release('b', 0);
  expect([numbers.take('a'), numbers.take('b'), numbers.take('a')]).toEqual([1, 0, 3]);
});
