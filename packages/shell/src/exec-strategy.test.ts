import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvent, type Stage, type StageFinishedEvent } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { HostPod, stage } from '../test/host-pod.ts';
import { shells, type TestShell } from '../test/shells.ts';
import { createShell } from './shell.ts';

/** One attempt of a stage of a Pod, as an exec runs it. */
class Attempt {
  readonly ended: Promise<number | null>;
  output = '';
  errors = '';
  readonly #child: ChildProcess;

  constructor(pod: HostPod, shell: TestShell, run: { number: number; attempt?: number; seconds?: number }) {
    const attempt = { attempt: 1, seconds: 60, status: 'running', begun: true, ...run };
    const [, ...args] = createShell().stageCommand(pod.request.paths, attempt);
    const [program, ...first] = shell.command;
    this.#child = spawn(program, [...first, ...args], { stdio: 'pipe' });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
      // The runner's answer, once it has seen the last marker.
      if (this.output.includes('"stage_finished"')) this.#child.stdin?.write('\n');
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    // 'close' comes only when nothing holds the streams any more, as with an exec.
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** The output without markers. */
  get printed(): string {
    // oxlint-disable-next-line no-control-regex -- markers begin and end with a control character
    return this.output.replaceAll(/\u001enonce\{[^\u001e]*\}\u001e/g, '');
  }

  get finished(): StageFinishedEvent | undefined {
    const events = this.errors.split('\n').map((line) => parseEvent(line, 'nonce'));
    return events.find((event): event is StageFinishedEvent => event?.event === 'stage_finished');
  }
}

for (const shell of shells) {
  describe.skipIf(shell.missing !== undefined)(`a stage by exec under ${shell.name}`, () => {
    const podOf = (...stages: Stage[]) => new HostPod({ shell, stages, strategy: 'exec' });

    it.each(['build', 'helper'] as const)(
      'gives output in order, the event and the exit code, in %s',
      async (container) => {
        await using pod = podOf(stage('a', 'echo 1; echo 2 >&2; echo "$CI_JOB_STATUS"; cat; exit 42', { container }));
        const attempt = new Attempt(pod, shell, { number: 1 });
        expect(await attempt.ended).toBe(42);
        expect(attempt.printed).toBe('1\n2\nrunning\n');
        expect(attempt.finished).toMatchObject({ stage: 'a', attempt: 1, exit_code: 42 });
      },
    );

    it('begins an attempt but once', async () => {
      await using pod = podOf(stage('a', 'echo ran', { attempts: 2 }));
      const ends: (number | null)[] = [];
      for (const attempt of [1, 1, 2]) {
        const run = new Attempt(pod, shell, { number: 1, attempt });
        ends.push(await run.ended);
        expect(run.errors.includes('was begun already')).toBe(ends.length === 2);
      }
      expect(ends).toEqual([0, 1, 0]);
    });

    it('brings a megabyte whole, also when it is read slowly', async () => {
      await using pod = podOf(
        stage(
          'a',
          'i=0; while [ $i -lt 20000 ]; do echo "line $i is one of very many lines of this log"; i=$((i+1)); done',
        ),
      );
      const attempt = new Attempt(pod, shell, { number: 1 });
      expect(await attempt.ended).toBe(0);
      expect(attempt.printed.split('\n')).toHaveLength(20_001);
    });

    it('ends while a process in the background holds its output, and leaves it alone', async () => {
      await using pod = podOf(stage('a', '(sleep 1; echo late; echo x >"$ROOT/alive") & echo done'));
      const attempt = new Attempt(pod, shell, { number: 1 });
      expect(await attempt.ended).toBe(0);
      expect(attempt.printed).toBe('done\n');
      await expect.poll(() => existsSync(join(pod.root, 'alive')), { timeout: 10_000 }).toBe(true);
      expect(readFileSync(join(pod.root, 'alive'), 'utf8')).toBe('x\n');
    });

    it('is stopped when the job is cancelled, and when its time is up', async () => {
      await using pod = podOf(stage('a', 'sleep 300'), stage('b', 'echo waiting; sleep 300'));
      const late = new Attempt(pod, shell, { number: 1, seconds: 1 });
      await late.ended;
      expect(late.finished).toMatchObject({ stopped: 'job_timeout' });
      const canceled = new Attempt(pod, shell, { number: 2 });
      await expect.poll(() => canceled.output, { timeout: 20_000 }).toContain('waiting');
      await pod.cancel();
      await canceled.ended;
      expect(canceled.finished).toMatchObject({ stopped: 'canceled', exit_code: 143 });
    });

    it('has containers that only wait, and end when they are told to', async () => {
      await using pod = podOf(stage('a', 'echo never')).start();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(pod.events).toEqual([]);
      expect(pod.child('build').exitCode).toBeNull();
    });
  });
}
