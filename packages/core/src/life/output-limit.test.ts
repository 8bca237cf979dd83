import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputLimit } from './output-limit.ts';

function shown(pieces: readonly Uint8Array[], bytes: number): { text: string; isExceeded: boolean } {
  const limit = new OutputLimit(bytes);
  const taken = pieces.map((piece) => limit.take(piece));
  return { text: Buffer.concat(taken).toString(), isExceeded: limit.isExceeded };
}

it.each([
  [['abc'], 3, 'abc', false],
  [['abc', 'd'], 3, 'abc', true],
  [['abcd'], 3, 'abc', true],
  [['abc', 'def', 'ghi'], 4, 'abcd', true],
  [['ab€'], 4, 'ab', true],
  [['ab€'], 5, 'ab€', false],
  [['a😀b'], 4, 'a', true],
  [['abc'], Infinity, 'abc', false],
])('shows of %j with %d bytes %j', (pieces, bytes, text, isExceeded) => {
  expect(
    shown(
      pieces.map((piece) => Buffer.from(piece)),
      bytes,
    ),
  ).toEqual({ text, isExceeded });
});

it('never shows more, and never a broken character', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(40), (texts, bytes) => {
      const { text, isExceeded } = shown(
        texts.map((each) => Buffer.from(each)),
        bytes,
      );
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
      expect(texts.join('').startsWith(text)).toBe(true);
      expect(isExceeded).toBe(Buffer.byteLength(texts.join('')) > bytes);
    }),
  );
});
