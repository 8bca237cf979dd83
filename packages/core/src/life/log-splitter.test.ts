import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogSplitter } from './log-splitter.ts';

const nonce = 'n0nce';
const event = { event: 'stage_started', stage: 'get_sources', attempt: 1, time: 1, offset: 2 } as const;
const marker = `\x1e${nonce}${JSON.stringify({ nonce, ...event })}\x1e`;

describe('LogSplitter', () => {
  it.each([
    { name: 'output without markers', log: 'a\nb', pieces: ['a\nb'] },
    { name: 'a marker between output', log: `a${marker}b`, pieces: ['a', event, 'b'] },
    { name: 'two markers in a row', log: marker + marker, pieces: [event, event] },
    { name: 'a marker with another nonce', log: '\x1eother{}\x1e', pieces: ['\x1eother{}\x1e'] },
    {
      name: 'a marker that is no event',
      log: `\x1e${nonce}nonsense\x1e${marker}`,
      pieces: [`\x1e${nonce}nonsense\x1e`, event],
    },
    { name: 'a marker without an end', log: `a\x1e${nonce}{`, pieces: [`a\x1e${nonce}{`] },
    {
      name: 'a start that ends nowhere near',
      log: `\x1e${nonce}${'x'.repeat(5000)}`,
      pieces: [`\x1e${nonce}${'x'.repeat(5000)}`],
    },
  ])('splits $name', ({ log, pieces }) => {
    expect(split([log])).toEqual(pieces);
    expect(split(log.split(''))).toEqual(pieces);
  });

  it('gives the same pieces wherever the stream is cut', () => {
    const part = fc.oneof(fc.string(), fc.constant(marker), fc.constantFrom('\x1e', `\x1e${nonce}`, `\x1e${nonce}{}`));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat({ max: 400 }), { maxLength: 8 }), (parts, cuts) => {
        const log = parts.join('');
        const at = [...cuts.map((cut) => Math.min(cut, log.length)), log.length].toSorted((a, b) => a - b);
        const chunks = at.map((end, i) => log.slice(at[i - 1] ?? 0, end));
        expect(split(chunks)).toEqual(split([log]));
      }),
    );
  });
});

/** Outputs are joined, as their boundaries mean nothing. */
function split(chunks: readonly string[]): unknown[] {
  const splitter = new LogSplitter(nonce);
  const pieces = [...chunks.flatMap((chunk) => splitter.write(Buffer.from(chunk))), ...splitter.end()];
  const joined: unknown[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.kind === 'event') joined.push(piece.event);
    else if (typeof last === 'string') joined[joined.length - 1] = last + Buffer.from(piece.bytes).toString();
    else joined.push(Buffer.from(piece.bytes).toString());
  }
  return joined;
}
