import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach } from 'vitest';
import type { Io } from '../io.ts';
import { createLog } from '../log.ts';
import { run } from '../run.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory that is removed after the test. */
export function scratch(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'podwright-helper-')));
  made.push(directory);
  return directory;
}

/** Content of a file, `null` for a directory, `{ to }` for a symlink. */
export type Tree = Readonly<Record<string, string | null | { readonly to: string }>>;

/** A directory with these files. */
export function project(tree: Tree = {}): string {
  const directory = scratch();
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(directory, path);
    mkdirSync(content === null ? absolute : dirname(absolute), { recursive: true });
    if (typeof content === 'string') writeFileSync(absolute, content);
    else if (content !== null) symlinkSync(content.to, absolute);
  }
  return directory;
}

/** A world whose output is kept. */
export function fakeIo(cwd: string, env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const keep = (name: keyof typeof output): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        output[name] += String(chunk);
        done();
      },
    });
  const io: Io = { stdout: keep('stdout'), stderr: keep('stderr'), env: { PATH: process.env['PATH'], ...env }, cwd };
  return { io, output, log: createLog(io.stderr, 'debug') };
}

/** Runs the program; pauses take no time, and are kept. */
export async function runHelper(cwd: string, argv: readonly string[], env: Record<string, string> = {}) {
  const { io, output } = fakeIo(cwd, env);
  const pauses: number[] = [];
  const status = await run(argv, io, async (ms) => {
    pauses.push(ms);
  });
  return { status, pauses, ...output };
}
