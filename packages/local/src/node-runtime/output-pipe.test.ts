import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OutputPipe } from './output-pipe.ts';
import { PipeMaker } from './pipe-maker.ts';
import { killGroup } from './spawn-child.ts';

const path = '/usr/bin:/bin';
let directory: string;
let pipes: PipeMaker;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pw-pipes-'));
  pipes = new PipeMaker(directory, path);
});

afterAll(async () => {
  await pipes.close();
  rmSync(directory, { recursive: true });
});

/** Runs a script and reads its output, to the end that comes with the script's own. */
async function outputOf(script: string, stdin?: number): Promise<string> {
  const { read, write } = await pipes.fromChild();
  const pipe = new OutputPipe(read);
  const child = spawn('sh', ['-c', script], { stdio: [stdin ?? 'ignore', write, 'inherit'], detached: true });
  closeSync(write);
  const text = textOf(pipe.output);
  await once(child, 'exit');
  pipe.finish();
  const all = await text;
  killGroup(child.pid!);
  return all;
}

async function textOf(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('gives all that was written, by one who leaves nobody behind', async () => {
  expect(await outputOf('echo one; echo two; sleep 1000 & kill $!')).toBe('one\ntwo\n');
});

test('does not wait for whom the program left behind', async () => {
  expect(await outputOf('sleep 1000 & echo done')).toBe('done\n');
});

test('takes what is in the pipe when nobody has read so far', async () => {
  const { read, write } = await pipes.fromChild();
  const pipe = new OutputPipe(read);
  const child = spawn('sh', ['-c', 'head -c 60000 /dev/zero; sleep 1000 & echo $! >&2'], {
    stdio: ['ignore', write, 'pipe'],
  });
  closeSync(write);
  const [pid] = (await Promise.all([once(child.stderr!, 'data'), once(child, 'exit')]))[0] as [Buffer];
  pipe.finish();
  expect(await textOf(pipe.output)).toHaveLength(60_000);
  process.kill(Number(pid.toString()), 'SIGKILL');
});

test('may be opened again by the program', async () => {
  expect(await outputOf('echo one >/dev/stdout; echo two')).toBe('one\ntwo\n');
});

test('can be finished twice', async () => {
  const { read, write } = await pipes.fromChild();
  const pipe = new OutputPipe(read);
  closeSync(write);
  pipe.finish();
  pipe.finish();
  expect(await textOf(pipe.output)).toBe('');
});

test('has a counterpart for input, which may be opened after the writer has gone', async () => {
  const { read, write } = await pipes.toChild();
  closeSync(write);
  expect(await outputOf('cat /dev/stdin; echo end', read)).toBe('end\n');
  closeSync(read);
});

test('is made more often than pipes are made ahead', async () => {
  const ends = await Promise.all(Array.from({ length: 60 }, async () => pipes.fromChild()));
  expect(new Set(ends.map(({ read }) => read)).size).toBe(60);
  for (const { read, write } of ends) {
    closeSync(read);
    closeSync(write);
  }
});

test('cannot be made without mkfifo, and says so', async () => {
  const without = new PipeMaker(directory, '/nonexistent');
  await expect(without.fromChild()).rejects.toThrow('mkfifo');
});
