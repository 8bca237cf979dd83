import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each<[string, number]>([
    ['30s', 30],
    ['90 minutes', 5400],
    ['1h 30m', 5400],
    ['1h30m', 5400],
    ['3h 30m', 12_600],
    ['2 hrs 20 min', 8400],
    ['2 hours and 5 seconds', 7205],
    ['1 day, 2 hours', 93_600],
    ['1.5 hours', 5400],
    ['0.5s', 1],
    ['3 mins 4 sec', 184],
    ['6 mos 1 day', 15_638_400],
    ['47 yrs 6 mos and 4d', 1_499_104_800],
    ['3 weeks and 2 days', 1_987_200],
    ['1:30', 90],
    ['1:30:00', 5400],
    ['3600', 3600],
    [' 2H ', 7200],
  ])('reads %j as %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '   ', 'soon', '10 parsecs', '1h later', '-5m', '5 5', '1:2:3:4', 'h', '1h30', 'and', '1..5h'])(
    'takes %j for no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('gives whole seconds or nothing, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789 .:,hmsdwyandio'.split('')) }), (text) => {
        const seconds = parseDuration(text);
        expect(seconds === undefined || Number.isSafeInteger(seconds)).toBe(true);
      }),
    );
  });
});
