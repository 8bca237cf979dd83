import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelValue } from './label-value.ts';

/** The API server's own rule. */
const valid = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

describe('labelValue', () => {
  it.each([
    ['main', 'main'],
    ['', ''],
    ['feature/new thing', 'feature_new_thing'],
    ['Über-Straße', 'ber-Stra_e'],
    ['a😀b', 'a_b'],
    ['a\nb\n', 'a_b'],
    ['-_.x.y_z.-_', 'x.y_z'],
    ['-_.', ''],
    ['💥', ''],
    ['\ud800a\ud800b', 'a_b'],
    ['a'.repeat(64), 'a'.repeat(63)],
    [`${'-'.repeat(10)}${'a'.repeat(63)}`, 'a'.repeat(63)],
    [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
    [`${'a'.repeat(60)}----b`, 'a'.repeat(60)],
  ])('makes of %j %j', (text, expected) => {
    expect(labelValue(text)).toBe(expected);
  });

  it('gives a valid value for every text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), likelyTexts), (text) => {
        const value = labelValue(text);
        expect(value).toMatch(valid);
        expect(value.length).toBeLessThanOrEqual(63);
      }),
    );
  });

  it('changes nothing that is valid, and nothing a second time', () => {
    fc.assert(
      fc.property(likelyTexts, (text) => {
        const value = labelValue(text);
        expect(labelValue(value)).toBe(value);
        expect(value === text).toBe(valid.test(text) && text.length <= 63);
      }),
    );
  });

  it('takes linear time for long runs of what is trimmed', () => {
    const run = '-'.repeat(1_000_000);
    expect(labelValue(`${run}a${run}b${run}`)).toBe('a');
  });
});

const likelyTexts = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', '/', 'é'), maxLength: 140 });
