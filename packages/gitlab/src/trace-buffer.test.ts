import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksumOf } from './test-kit/fake-gitlab.ts';
import { TraceBuffer } from './trace-buffer.ts';

test.each([
  ['This string should be [MASKED] $$$$', 35, 'crc32:0fc72945'],
  ['Build trace with [MASKED] and multi-byte ü character', 53, 'crc32:984a6af7'],
  ['', 0, 'crc32:00000000'],
])('the digest of %j is as GitLab computes it', (text, bytesize, checksum) => {
  const buffer = new TraceBuffer(0);
  for (const byte of Buffer.from(text)) buffer.write(Buffer.from([byte]));
  expect(buffer.digest).toEqual({ checksum, bytesize });
});

test('gives exactly what was written, from what GitLab has on, however it is cut and acknowledged', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.nat(60),
      fc.integer({ min: 1, max: 30 }),
      fc.infiniteStream(fc.nat(30)),
      (chunks, start, limit, progress) => {
        const all = Buffer.concat(chunks);
        const buffer = new TraceBuffer(start);
        let server = Buffer.concat([all.subarray(0, start), Buffer.alloc(Math.max(0, start - all.length))]);
        const send = (): void => {
          const piece = buffer.first(limit);
          if (piece === undefined) return;
          expect(piece.start).toBe(server.length);
          expect(piece.bytes.length).toBeLessThanOrEqual(limit);
          server = Buffer.concat([server, piece.bytes.subarray(0, progress.next().value)]);
          expect(buffer.acknowledge(server.length)).toBe(true);
        };
        for (const chunk of chunks) {
          buffer.write(chunk);
          send();
        }
        for (let tries = 0; buffer.pending > 0 && tries < 10_000; tries += 1) send();
        expect(server.subarray(0, all.length).equals(all)).toBe(true);
        expect(buffer.digest).toEqual({ checksum: checksumOf(all), bytesize: all.length });
      },
    ),
  );
});

test('keeps its bytes although the writer uses its memory again', () => {
  const buffer = new TraceBuffer(0);
  const memory = Buffer.from('one');
  buffer.write(memory);
  memory.write('two');
  expect(Buffer.from(buffer.first(10)!.bytes).toString()).toBe('one');
});

test('what was dropped cannot be given again', () => {
  const buffer = new TraceBuffer(0);
  buffer.write(Buffer.from('abc'));
  expect(buffer.acknowledge(2)).toBe(true);
  expect(buffer.acknowledge(1)).toBe(false);
  expect(buffer.first(10)).toEqual({ start: 2, bytes: Buffer.from('c') });
});
