import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from './split-lines.ts';

function split(chunks: readonly Uint8Array[], limit = 1000): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(limit, (line) => lines.push(line.toString('latin1')));
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
}

describe('LineSplitter', () => {
  test('gives the same lines however the bytes are cut', () => {
    const byte = fc.oneof({ weight: 1, arbitrary: fc.constant(10) }, { weight: 4, arbitrary: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(byte, { maxLength: 50 }), (chunks, more) => {
        const all = [...chunks, Uint8Array.from(more)];
        const complete = Buffer.concat(all).toString('latin1').split('\n').slice(0, -1);
        expect(split(all)).toEqual(complete.filter((line) => line !== ''));
      }),
    );
  });

  test('keeps back what follows the last newline', () => {
    expect(split([Buffer.from('one\ntw'), Buffer.from('o\nhalf')])).toEqual(['one', 'two']);
  });

  test.each([
    ['in one chunk', [Buffer.from('123456\n')]],
    ['in several chunks', [Buffer.from('123'), Buffer.from('456')]],
  ])('refuses a line longer than the limit %s', (_, chunks) => {
    expect(() => split(chunks, 5)).toThrow('a line is longer than 5 bytes');
  });

  test('takes any number of lines as long as each is within the limit', () => {
    expect(split([Buffer.from('12345\n'.repeat(100))], 5)).toHaveLength(100);
  });
});
