import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TerminalSink } from './terminal-sink.ts';
import { TraceRenderer } from './trace-renderer.ts';
import type { StatusLine } from './status-line.ts';

/** A stream that takes one chunk only when it is told to. */
class Held extends Writable {
  readonly taken: string[] = [];
  #next: ((error?: Error) => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.taken.push(chunk.toString());
    this.#next = done;
  }

  release(error?: Error): void {
    this.#next?.(error);
  }
}

function sinkTo(stdout: Writable) {
  const calls: string[] = [];
  const note = (call: string) => () => void calls.push(call);
  const status: StatusLine = { start: note('start'), stop: note('stop'), hide: note('hide'), show: note('show') };
  const broken: string[] = [];
  const sink = new TerminalSink({
    stdout,
    renderer: new TraceRenderer({ color: false }),
    status,
    onBroken: (error) => broken.push(error.message),
  });
  return { sink, calls, broken };
}

/** Whether a promise is settled once everything that is due was done. */
async function isSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  let settled = false;
  void promise?.then(() => (settled = true));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return settled;
}

describe('TerminalSink', () => {
  it('holds the trace back until stdout has taken it', async () => {
    const stdout = new Held();
    const { sink } = sinkTo(stdout);
    const written = sink.write(Buffer.from('one\n'));
    expect(await isSettled(written)).toBe(false);
    stdout.release();
    await written;
    expect(stdout.taken).toEqual(['one\n']);
  });

  it('takes the status line away while it writes, and puts it below whole lines only', async () => {
    const { sink, calls } = sinkTo(new Writable({ write: (_chunk, _encoding, done) => done() }));
    await sink.write(Buffer.from('line\n'));
    await sink.write(Buffer.from('part of a line'));
    expect(calls).toEqual(['hide', 'show', 'hide']);
  });

  it('gives out what was held back at the end', async () => {
    const stdout = new Held();
    const { sink } = sinkTo(stdout);
    await sink.write(Buffer.from('section_'));
    expect(stdout.taken).toEqual([]);
    const ended = sink.end();
    stdout.release();
    await isSettled(ended);
    stdout.release();
    await ended;
    expect(stdout.taken[0]).toBe('section_');
  });

  it('lets go of the trace when stdout breaks, says so once, and drops the rest', async () => {
    const stdout = new Held();
    const { sink, broken } = sinkTo(stdout);
    const written = sink.write(Buffer.from('one\n'));
    stdout.release(new Error('write EPIPE'));
    await written;
    await sink.write(Buffer.from('two\n'));
    await sink.end();
    expect(stdout.taken).toEqual(['one\n']);
    expect(broken).toEqual(['write EPIPE']);
  });
});
