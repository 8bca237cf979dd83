import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineTimes } from './line-times.ts';

const head = '2026-01-02T03:04:05.678000Z 00O ';
const now = () => Date.parse('2026-01-02T03:04:05.678Z') / 1000;

function told(pieces: readonly string[]): string {
  const times = new LineTimes(now);
  return pieces.map((piece) => Buffer.from(times.write(Buffer.from(piece))).toString()).join('');
}

describe('LineTimes', () => {
  it.each([
    ['a line', ['a\n'], `${head}a\n`],
    ['several', ['a\n\nb\n'], `${head}a\n${head}\n${head}b\n`],
    ['one that comes in pieces', ['a', 'b', '\n', 'c'], `${head}ab\n${head}c`],
    ['one without an end', ['a'], `${head}a`],
    ['nothing', ['', ''], ''],
  ])('begins %s with the time', (_, pieces, text) => {
    expect(told(pieces)).toBe(text);
  });

  it('has 32 characters before a line, as GitLab wants it', () => {
    expect(head).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [0-9a-f]{2}[OE][ +]$/);
    expect(head).toHaveLength(32);
  });

  it('does the same wherever the stream is cut, and keeps every byte', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', '\n', 'ü', '\r'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const whole = pieces.join('');
        expect(told(pieces)).toBe(told([whole]));
        expect(told(pieces).replaceAll(head, '')).toBe(whole);
      }),
    );
  });
});
