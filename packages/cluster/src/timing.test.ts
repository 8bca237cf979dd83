import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from './timing.ts';

test('a back-off doubles with each try', () => {
  expect([0, 1, 2, 3].map((attempt) => backoff(attempt, 200, 10_000, () => 1))).toEqual([200, 400, 800, 1600]);
});

test('a back-off is spread over the upper half', () => {
  expect(backoff(3, 200, 10_000, () => 0)).toBe(800);
});

test('a back-off stays within its bounds', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const pause = backoff(attempt, 200, 10_000, () => random);
      expect(pause).toBeGreaterThanOrEqual(200);
      expect(pause).toBeLessThanOrEqual(10_000);
    }),
  );
});
