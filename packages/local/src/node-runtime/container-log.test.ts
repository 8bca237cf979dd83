import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ContainerLog } from './container-log.ts';
import { logStream } from './log-stream.ts';

let directory: string;
let count = 0;
const { signal } = new AbortController();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pw-log-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function newLog(): ContainerLog {
  count += 1;
  return new ContainerLog(join(directory, String(count)));
}

function logOf(...pieces: string[]): ContainerLog {
  const log = newLog();
  for (const piece of pieces) log.append('stdout', Buffer.from(piece));
  return log;
}

async function text(log: ContainerLog, options: Partial<Parameters<typeof logStream>[1]> = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of logStream(log, { follow: false, timestamps: false, ...options }, signal))
    chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

describe('a container log', () => {
  test('gives back the bytes of both streams in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('stdout', 'stderr'), fc.uint8Array())), async (pieces) => {
        const log = newLog();
        for (const [stream, data] of pieces) log.append(stream, data);
        const read: [string, Uint8Array][] = [];
        for await (const { stream, data } of log.read(0, false, signal)) read.push([stream, new Uint8Array(data)]);
        log.end();
        expect(read).toEqual(pieces);
      }),
      { numRuns: 30 },
    );
  });

  test('gives back entries that are larger than what is read at once', async () => {
    const log = newLog();
    const large = Buffer.alloc(700_000, 'x');
    for (const data of [large, Buffer.from('end')]) log.append('stderr', data);
    const sizes: number[] = [];
    for await (const { data } of log.read(0, false, signal)) sizes.push(data.length);
    log.end();
    expect(sizes).toEqual([700_000, 3]);
  });

  test('lets a reader start where the log was', async () => {
    const log = logOf('before');
    const from = log.length;
    log.append('stdout', Buffer.from('after'));
    log.end();
    const read: string[] = [];
    for await (const { data } of log.read(from, true, signal)) read.push(data.toString());
    expect(read).toEqual(['after']);
  });

  test('lets readers follow it to its end', async () => {
    const log = logOf('one\n');
    const following = text(log, { follow: true });
    setImmediate(() => {
      log.append('stdout', Buffer.from('two\n'));
      setImmediate(() => log.end());
    });
    expect(await following).toBe('one\ntwo\n');
  });

  test('lets a follower go when its signal aborts', async () => {
    const log = logOf('one\n');
    const controller = new AbortController();
    const read: string[] = [];
    for await (const { data } of log.read(0, true, controller.signal)) {
      read.push(data.toString());
      setImmediate(() => controller.abort());
    }
    log.end();
    expect(read).toEqual(['one\n']);
  });
});

describe('a log stream', () => {
  const pieces = ['one\ntw', 'o\nthr', 'ee\n', 'four'];

  test.each([
    [0, ''],
    [1, 'four'],
    [2, 'three\nfour'],
    [3, 'two\nthree\nfour'],
    [9, 'one\ntwo\nthree\nfour'],
  ])('serves the last %d lines', async (tailLines, expected) => {
    const log = logOf(...pieces);
    expect(await text(log, { tailLines })).toBe(expected);
    log.end();
  });

  test.each([
    [1, 'o'],
    [7, 'one\ntwo'],
    [500, 'one\ntwo\nthree\nfour'],
  ])('serves at most %d bytes', async (limitBytes, expected) => {
    const log = logOf(...pieces);
    expect(await text(log, { limitBytes })).toBe(expected);
    log.end();
  });

  test('puts the time before each line, and before no piece of a line', async () => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05.678Z') });
    const log = logOf(...pieces);
    vi.useRealTimers();
    const time = '2026-01-02T03:04:05.678000000Z';
    expect(await text(log, { timestamps: true })).toBe(
      ['one', 'two', 'three', 'four'].map((line) => `${time} ${line}`).join('\n'),
    );
    log.end();
  });
});
