import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notAQuantity, parseQuantity } from './quantity.ts';

const unit = 10n ** 9n;

describe('parseQuantity', () => {
  it.each([
    ['0', 0n],
    ['1', unit],
    ['+1', unit],
    ['-1', -unit],
    ['007', 7n * unit],
    ['1.5', 1_500_000_000n],
    ['.5', 500_000_000n],
    ['1.', unit],
    ['100m', 100_000_000n],
    ['500u', 500_000n],
    ['3n', 3n],
    ['2k', 2000n * unit],
    ['1Ki', 1024n * unit],
    ['0.5Gi', 2n ** 29n * unit],
    ['1E', 10n ** 18n * unit],
    ['1Ei', 2n ** 60n * unit],
    ['1e3', 1000n * unit],
    ['1E3', 1000n * unit],
    ['1E+3', 1000n * unit],
    ['1e-3', 1_000_000n],
    ['12e003', 12_000n * unit],
  ])('reads %j as an exact amount', (text, billionths) => {
    expect(parseQuantity(text)).toBe(billionths);
  });

  it.each([
    ['0.1n', 1n],
    ['-0.1n', -1n],
    ['1.0000000001', unit + 1n],
    ['0.00000000001Ki', 11n],
  ])('rounds %j, finer than a billionth, away from zero', (text, billionths) => {
    expect(parseQuantity(text)).toBe(billionths);
  });

  it.each(['8Ei', '16Ei', '99999999999999999999Ki'])(
    'cuts %j to 63 bits of whole units, as the API server does',
    (text) => {
      expect(parseQuantity(text)).toBe((2n ** 63n - 1n) * unit);
    },
  );

  it('does not cut large quantities with a decimal suffix', () => {
    expect(parseQuantity('10E')).toBe(10n ** 19n * unit);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '1\n',
    'one',
    '-',
    '.',
    '+.',
    'm',
    'Gi',
    '1g',
    '1K',
    '1ki',
    '1mi',
    '1GB',
    '1Gib',
    '1 Gi',
    '1.2.3',
    '1,5',
    '--1',
    '1e',
    '1e3m',
    '1e1.5',
    '1e100',
    '0x10',
    'Infinity',
    '٣',
    '1'.repeat(65),
  ])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('agrees with rational arithmetic for every suffix, sign and number of decimals', () => {
    fc.assert(
      fc.property(written, ({ text, numerator, denominator }) => {
        const magnitude = (numerator * unit + denominator - 1n) / denominator;
        expect(parseQuantity(text)).toBe(text.startsWith('-') ? -magnitude : magnitude);
      }),
    );
  });

  it('orders quantities as their values are ordered', () => {
    fc.assert(
      fc.property(coarse, coarse, (a, b) => {
        const difference = a.numerator * b.denominator - b.numerator * a.denominator;
        const [left, right] = [parseQuantity(a.text) ?? -1n, parseQuantity(b.text) ?? -1n];
        expect(left > right).toBe(difference > 0n);
        expect(left === right).toBe(difference === 0n);
      }),
    );
  });

  it('reads back each amount that was written in billionths', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), (billionths) => {
        expect(parseQuantity(`${billionths}n`)).toBe(billionths);
      }),
    );
  });

  it('reads nothing but a sign, digits with at most one point, and one suffix', () => {
    const almost = fc.string({ unit: fc.constantFrom(...'+-.0159eEinumkKMGTP'.split('')), maxLength: 8 });
    const rule = /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?0*\d{1,2})?$/;
    fc.assert(
      fc.property(almost, (text) => {
        expect(parseQuantity(text) !== undefined).toBe(rule.test(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('notAQuantity', () => {
  it('names the text and the suffixes', () => {
    expect(notAQuantity('1GB')).toBe(
      '"1GB" is not a quantity; write a number with at most one suffix of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or an exponent such as e3',
    );
  });

  it('cuts a text that is absurdly long', () => {
    expect(notAQuantity('x'.repeat(1_000_000)).length).toBeLessThan(300);
  });
});

/** Suffixes as rational factors: independent of the implementation's tables. */
const factors: readonly [suffix: string, numerator: bigint, denominator: bigint][] = [
  ['n', 1n, 1_000_000_000n],
  ['u', 1n, 1_000_000n],
  ['m', 1n, 1000n],
  ['', 1n, 1n],
  ['k', 1000n, 1n],
  ['M', 1000n * 1000n, 1n],
  ['G', 1_000_000_000n, 1n],
  ['T', 1_000_000_000_000n, 1n],
  ['P', 1_000_000_000_000_000n, 1n],
  ['E', 1_000_000_000_000_000_000n, 1n],
  ['Ki', 1024n, 1n],
  ['Mi', 1024n * 1024n, 1n],
  ['Gi', 1_073_741_824n, 1n],
  ['Ti', 1_099_511_627_776n, 1n],
  ['Pi', 1_125_899_906_842_624n, 1n],
  ['e-2', 1n, 100n],
  ['e5', 100_000n, 1n],
  ['E+2', 100n, 1n],
  ['E0', 1n, 1n],
];

/** A written quantity and the magnitude it stands for, as a fraction. Small enough not to be cut. */
const written = fc
  .record({
    sign: fc.constantFrom('', '+', '-'),
    whole: fc.bigInt(0n, 8000n),
    fraction: fc.stringMatching(/^\d{0,12}$/),
    factor: fc.constantFrom(...factors),
  })
  .map(({ sign, whole, fraction, factor: [suffix, numerator, denominator] }) => ({
    text: `${sign}${whole}${fraction === '' ? '' : '.'}${fraction}${suffix}`,
    numerator: BigInt(`${whole}${fraction}`) * numerator,
    denominator: 10n ** BigInt(fraction.length) * denominator,
  }));

/** Not negative, and with no digit below a billionth, where rounding could make unequal amounts equal. */
const coarse = written.filter(
  ({ text, numerator, denominator }) => !text.startsWith('-') && (numerator * unit) % denominator === 0n,
);
