import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostPod, stage } from '../test/host-pod.ts';
import { onlyPrograms } from '../test/programs.ts';
import { shells } from '../test/shells.ts';
import { createShell } from './shell.ts';

const first = shells.find(({ missing }) => missing === undefined)!;
const busybox = shells.find(({ name }) => name === 'busybox sh');

/** Collects what follow prints until both streams are as long as expected. */
async function read(
  pod: HostPod,
  from: { logOffset: number; eventLine: number },
  length: [number, number],
  path: string,
) {
  const [program = '', ...args] = createShell().followCommand(pod.request.paths, from);
  const child = spawn(program, args, { env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = { log: '', events: '' };
  await new Promise<void>((resolve) => {
    const check = () => {
      if (seen.log.length >= length[0] && seen.events.length >= length[1]) resolve();
    };
    child.stdout.on('data', (chunk: Buffer) => {
      seen.log += chunk.toString('latin1');
      check();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      seen.events += chunk.toString('latin1');
      check();
    });
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  child.stdout.destroy();
  child.stderr.destroy();
  return seen;
}

describe.each([
  { name: 'GNU tail', programs: undefined },
  { name: 'no tail (skipped where busybox is not installed)', programs: ['sh', 'cat', 'dd', 'ls', 'sleep'] },
])('follow with $name', ({ programs }) => {
  it.skipIf(programs !== undefined && busybox?.missing !== undefined)(
    'gives log and events from where it is told, also what is written meanwhile',
    async () => {
      await using pod = new HostPod({ shell: first, stages: [stage('a', 'true')] });
      const path = programs === undefined ? (process.env['PATH'] ?? '') : onlyPrograms(pod.root, programs);
      const log = join(pod.request.paths.controlDir, 'log');
      const events = join(pod.request.paths.controlDir, 'events');
      const text = Array.from({ length: 3000 }, (_, n) => `line ${n} \u00ff\n`).join('');
      appendFileSync(log, text.slice(0, 5000), 'latin1');
      appendFileSync(events, 'one\ntwo\n');
      const reading = read(pod, { logOffset: 4321, eventLine: 1 }, [text.length - 4321, 'two\nthree\n'.length], path);
      for (let at = 5000; at < text.length; at += 7000) appendFileSync(log, text.slice(at, at + 7000), 'latin1');
      appendFileSync(events, 'three\n');
      expect(await reading).toEqual({ log: text.slice(4321), events: 'two\nthree\n' });
    },
  );
});

describe('follow', () => {
  it('may come before anything was written', async () => {
    await using pod = new HostPod({ shell: first, stages: [stage('a', 'echo a', { container: 'helper' })] });
    await new Promise<void>((resolve) => {
      const wait = () => (existsSync(join(pod.request.paths.controlDir, 'events')) ? resolve() : setImmediate(wait));
      wait();
    });
    pod.start('helper');
    expect(await pod.finished()).toMatchObject({ exit_code: 0 });
  });
});
