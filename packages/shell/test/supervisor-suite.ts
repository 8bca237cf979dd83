import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markerStart, type StageFinishedEvent } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { HostPod, stage } from './host-pod.ts';
import { onlyPrograms } from './programs.ts';
import { pidNamespace, type TestShell } from './shells.ts';

const helper = { container: 'helper' } as const;
const always = { condition: 'always' } as const;
const anyEnd = { condition: 'always', afterCancel: true, afterTimeout: true } as const;
const unshare = pidNamespace();

/** What the copying process has taken in when it is killed is lost with it, so these wait for it. */
const before = 'echo before; until grep -q before "$ROOT/control/log"; do sleep 0.1; done';

/** Whether a process runs; one that has ended and was not yet waited for does not. */
function runs(pid: string): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Supervisors whose program is below a folder, forks of theirs included. */
function supervisorsBelow(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/job/supervisor.sh`);
    } catch {
      return false;
    }
  });
}

function switches(pid: number | undefined): string | undefined {
  return /^voluntary_ctxt_switches:.*$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[0];
}

function endOf(name: string) {
  return (event: { event: string; stage?: string }): event is StageFinishedEvent =>
    event.event === 'stage_finished' && event.stage === name;
}

/** What the supervisor must do under each shell. A file of its own for each, as they take long. */
export function supervisorSuite(shell: TestShell): void {
  describe.skipIf(shell.missing !== undefined)(`the supervisor under ${shell.name}`, () => {
    describe('walks the plan', () => {
      it('runs the stages of both containers in order, each once, and says so', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('one', 'echo 1', helper),
            stage('two', 'echo 2', helper),
            stage('three', 'echo 3'),
            stage('four', 'echo 4', helper),
            stage('five', 'echo 5'),
          ],
        }).start();
        expect(await pod.finished()).toMatchObject({ exit_code: 0, offset: pod.log.length });
        expect(pod.output).toBe('1\n2\n3\n4\n5\n');
        const names = pod.events.map((e) => ('stage' in e ? `${e.event} ${e.stage}` : e.event));
        expect(names.filter((name) => name !== 'started')).toEqual([
          ...['one', 'two', 'three', 'four', 'five'].flatMap((s) => [`stage_started ${s}`, `stage_finished ${s}`]),
          'finished',
        ]);
        expect(names.filter((name) => name === 'started')).toHaveLength(2);
      });

      it.each([
        { first: 'helper', second: 'build' },
        { first: 'build', second: 'helper' },
      ] as const)('does not mind when the $first container is up before the other one', async ({ first, second }) => {
        await using pod = new HostPod({ shell, stages: [stage('one', 'echo 1', helper), stage('two', 'echo 2')] });
        pod.start(first);
        await pod.event((e): e is typeof e => e.event === 'started');
        pod.start(second);
        expect(await pod.finished()).toMatchObject({ exit_code: 0 });
        expect(pod.output).toBe('1\n2\n');
      });

      it('goes on after a failure with what runs then, and reports the first failure', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('ok', 'true', helper),
            stage('step_a', 'exit 3'),
            stage('step_b', 'echo no'),
            stage('on_failure', 'echo on_failure', { condition: 'on_failure' }),
            stage('last', 'exit 4', always),
          ],
        }).start();
        expect(await pod.finished()).toMatchObject({ exit_code: 3, stage: 'step_a' });
        expect(pod.output).toBe('on_failure\n');
        expect(pod.ended().map((e) => e.exit_code)).toEqual([0, 3, 0, 4]);
      });

      it('does not count a stage that does not count', async () => {
        await using pod = new HostPod({
          shell,
          stages: [stage('a', 'exit 3', { countsForResult: false }), stage('b', 'echo b')],
        }).start();
        expect(await pod.finished()).toMatchObject({ exit_code: 0 });
        expect(pod.output).toBe('b\n');
      });

      it('runs after_script only when a step had begun', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('get_sources', 'exit 1', helper),
            stage('step_script', 'echo no'),
            stage('after_script', 'echo no', always),
            stage('cleanup', 'echo cleanup', { ...helper, ...anyEnd }),
          ],
        }).start('helper');
        expect(await pod.finished()).toMatchObject({ exit_code: 1, stage: 'get_sources' });
        expect(pod.output).toBe('cleanup\n');
      });

      it.each([
        { script: 'true', status: 'success' },
        { script: 'false', status: 'failed' },
      ])('tells the stages behind the steps that CI_JOB_STATUS is $status', async ({ script, status }) => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('get_sources', 'echo "$CI_JOB_STATUS"', helper),
            stage('step_script', `echo "$CI_JOB_STATUS"; ${script}`),
            stage('after_script', 'echo "$CI_JOB_STATUS"', always),
          ],
        }).start();
        await pod.finished();
        expect(pod.output).toBe(`running\nrunning\n${status}\n`);
      });

      it('tries a stage as often as it may, until it succeeds', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('get_sources', 'echo try; echo x >>"$ROOT/count"; [ "$(wc -l <"$ROOT/count")" -ge 2 ]', {
              ...helper,
              attempts: 3,
            }),
            stage('never', 'exit 9', { ...helper, attempts: 2 }),
          ],
        });
        pod.start();
        expect(await pod.finished()).toMatchObject({ exit_code: 9, stage: 'never' });
        expect(pod.ended().map((e) => [e.stage, e.attempt, e.exit_code])).toEqual([
          ['get_sources', 1, 1],
          ['get_sources', 2, 0],
          ['never', 1, 9],
          ['never', 2, 9],
        ]);
      });
    });

    describe('runs a stage', () => {
      it('and reports its exit code, or the signal that ended it', async () => {
        const scripts: readonly (readonly [string, number])[] = [
          ['exit 1', 1],
          ['exit 145', 145],
          ['exit 255', 255],
          ['no-such-program 2>/dev/null', 127],
          ['kill -KILL $$', 137],
          ['kill -SEGV $$', 139],
          ['sh -c "exit 42"; echo no', 42],
          ['false | true', shell.name === 'bash' ? 1 : 0],
          ['(exit 6) | (exit 7)', 7],
        ];
        await using pod = new HostPod({
          shell,
          stages: scripts.map(([script], at) => stage(`s${at}`, script, { ...helper, ...always })),
        }).start('helper');
        expect(await pod.finished()).toMatchObject({ exit_code: 1, stage: 's0' });
        expect(pod.ended().map((e) => e.exit_code)).toEqual(scripts.map(([, code]) => code));
        expect(pod.output).toBe('');
      });

      it('with output that is a pipe, also for those who open it anew', async () => {
        const script = 'echo 1; echo 2 >&2; echo 3 >/dev/stderr; echo 4 >/dev/stdout; echo 5 >>/dev/stderr';
        await using pod = new HostPod({ shell, stages: [stage('a', script), stage('b', script, helper)] }).start();
        await pod.finished();
        expect(pod.output).toBe('1\n2\n3\n4\n5\n1\n2\n3\n4\n5\n');
      });

      it('with nothing on its standard input', async () => {
        await using pod = new HostPod({ shell, stages: [stage('a', 'read -r x || echo "eof$x"; cat')] }).start();
        await pod.finished();
        expect(pod.output).toBe('eof\n');
      });

      it('without leaving anything of its own in the environment or among the open files', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage(
              'a',
              'env | grep -e ^pw_ -e ^POSIX; for f in 3 4 5 6 7 8 9; do [ ! -e /proc/self/fd/$f ] || echo $f; done',
            ),
          ],
          env: { PWD: '/' },
        }).start();
        await pod.finished();
        expect(pod.output.replaceAll(pod.root, 'ROOT').replace(/^(OLD)?PWD=.*\n/gm, '')).toBe('');
      });

      it('with the umask of the container in build, and files for everybody in the helper', async () => {
        const script = (name: string) => `: >../${name}`;
        await using pod = new HostPod({
          shell,
          stages: [
            stage('a', `cd "$ROOT/builds/group/project"; ${script('a')}`),
            stage('b', `cd "$ROOT/builds/group/project"; ${script('b')}`, helper),
          ],
        });
        pod.start();
        await pod.finished();
        const mode = (name: string) => statSync(join(pod.request.paths.projectDir, '..', name)).mode & 0o777;
        expect([mode('a'), mode('b')]).toEqual([0o666 & ~process.umask(), 0o666]);
      });

      it('without a process where it hardly does more than print', async () => {
        const inline = { ...helper, inline: true };
        await using pod = new HostPod({
          shell,
          stages: [
            stage('a', 'echo $$ >"$pw_control/pid"; echo out; echo err >&2; : >"$pw_control/file"', inline),
            stage('b', '[ -d /none ]', inline),
            stage('c', 'echo no'),
          ],
        });
        pod.start('helper');
        expect(await pod.finished()).toMatchObject({ exit_code: 1, stage: 'b' });
        expect(pod.output).toBe('out\nerr\n');
        expect(Number(readFileSync(join(pod.request.paths.controlDir, 'pid'), 'utf8'))).toBe(pod.child('helper').pid);
        expect(statSync(join(pod.request.paths.controlDir, 'file')).mode & 0o777).toBe(0o666);
      });

      it('and does not wait for what it leaves in the background, whose output still arrives', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('a', 'mkfifo "$ROOT/go"; (read -r x <"$ROOT/go"; echo late) & echo early'),
            stage('b', 'echo other', helper),
            stage('c', 'echo "last"'),
          ],
        });
        const go = join(pod.root, 'go');
        pod.start();
        const { exit_code } = await pod.finished();
        expect([exit_code, pod.output]).toEqual([0, 'early\nother\nlast\n']);
        writeFileSync(go, 'go\n');
        await pod.printed('late\n');
      });

      it('with all of its output before its end', async () => {
        const script =
          'i=0; while [ $i -lt 2000 ]; do echo "line $i of a long output, long enough to fill the pipe"; i=$((i + 1)); done; sleep 300 &';
        await using pod = new HostPod({
          shell,
          stages: [stage('a', `${script} echo $! >"$ROOT/pid"`), stage('b', 'kill "$(cat "$ROOT/pid")"')],
        });
        pod.start();
        await pod.finished();
        const printed =
          pod.log.lastIndexOf('line 1999') + 'line 1999 of a long output, long enough to fill the pipe\n'.length;
        expect(pod.ended()[0]).toMatchObject({ exit_code: 0, offset: printed });
        expect(pod.log.slice(printed)).toContain(markerStart('nonce') + '{"event":"stage_finished"');
        expect(pod.log.indexOf(markerStart('nonce'), printed)).toBe(printed);
        expect(pod.output.split('\n')).toHaveLength(2001);
      });
    });

    describe('stops a stage', () => {
      it('with all its processes when the job is cancelled, and goes on with what runs then', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('step_script', '(sleep 300; true) & echo $! >"$ROOT/pid"; echo waiting; sleep 300'),
            stage('step_more', 'echo no'),
            stage('after_script', 'echo "after $CI_JOB_STATUS"', {
              ...always,
              afterCancel: true,
              countsForResult: false,
            }),
            stage('archive', 'echo no', always),
            stage('cleanup', 'echo cleanup', { ...helper, ...anyEnd }),
          ],
        });
        pod.start();
        await pod.printed('waiting\n');
        await pod.cancel();
        await pod.cancel();
        expect(await pod.finished()).toMatchObject({ exit_code: 143, stage: 'step_script', stopped: 'canceled' });
        expect(pod.output.replace(/^.*Terminated.*\n/gm, '')).toBe('waiting\nafter canceled\ncleanup\n');
        expect(pod.ended()[0]).toMatchObject({ stage: 'step_script', stopped: 'canceled' });
        expect(runs(readFileSync(join(pod.root, 'pid'), 'utf8').trim())).toBe(false);
      });

      it('in the helper as well', async () => {
        await using pod = new HostPod({ shell, stages: [stage('a', 'echo waiting; sleep 300', helper)] }).start(
          'helper',
        );
        await pod.printed('waiting\n');
        await pod.cancel();
        expect(await pod.finished()).toMatchObject({ stage: 'a', stopped: 'canceled' });
      });

      it('that says it went well when it is stopped, and the job fails all the same', async () => {
        await using pod = new HostPod({
          shell,
          stages: [stage('a', "trap 'exit 0' TERM; echo waiting; sleep 300 & wait", helper)],
        }).start('helper');
        await pod.printed('waiting\n');
        await pod.cancel();
        expect(await pod.finished()).toMatchObject({ exit_code: 143, stage: 'a', stopped: 'canceled' });
      });

      it('before it has begun when the job was cancelled before', async () => {
        await using pod = new HostPod({
          shell,
          stages: [stage('a', 'echo no', helper), stage('b', 'echo cleanup', { ...helper, ...anyEnd })],
        });
        await pod.cancel();
        pod.start('helper');
        const finished = await pod.finished();
        expect(finished).toMatchObject({ exit_code: 143, stopped: 'canceled' });
        expect(finished).not.toHaveProperty('stage');
        expect(pod.output).toBe('cleanup\n');
      });

      it('that was to follow in the other container', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('get_sources', 'true', helper),
            stage('step_script', 'echo no'),
            stage('after_script', 'echo no', { ...always, afterCancel: true }),
            stage('cleanup', 'echo cleanup', { ...helper, ...anyEnd }),
          ],
        }).start('helper');
        await pod.event(endOf('get_sources'));
        await pod.cancel();
        pod.start('build');
        expect(await pod.finished()).toMatchObject({ exit_code: 143, stopped: 'canceled' });
        expect(pod.output).toBe('cleanup\n');
      });

      it('but leaves one alone that runs after a cancel, whose job then keeps its result', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('step_script', 'true'),
            stage('after_script', 'mkfifo "$ROOT/go"; echo waiting; read -r x <"$ROOT/go"; echo done', {
              ...always,
              afterCancel: true,
            }),
          ],
        });
        const go = join(pod.root, 'go');
        pod.start();
        await pod.printed('waiting\n');
        await pod.cancel();
        writeFileSync(go, 'go\n');
        const finished = await pod.finished();
        expect(finished).toMatchObject({ exit_code: 0 });
        expect(finished).not.toHaveProperty('stopped');
        expect(pod.output).toBe('waiting\ndone\n');
      });

      it('whose own time is up', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('after_script', 'sleep 300', { timeoutSeconds: 1, countsForResult: false }),
            stage('b', 'sleep 300', { timeoutSeconds: 1, ...helper }),
          ].map((s) => ({ ...s, name: s.name.replace('after_script', 'a') })),
        }).start();
        expect(await pod.finished()).toMatchObject({ stage: 'b', stopped: 'stage_timeout' });
        expect(pod.ended().map((e) => e.stopped)).toEqual(['stage_timeout', 'stage_timeout']);
      });

      it('when the job has no more time, and runs only what runs then', async () => {
        await using pod = new HostPod({
          shell,
          timeoutSeconds: 1,
          stages: [
            stage('step_script', 'sleep 300'),
            stage('after_script', 'echo no', { ...always, afterCancel: true }),
            stage('cleanup', 'sleep 1; echo "cleanup $CI_JOB_STATUS"', { ...helper, ...anyEnd }),
          ],
        }).start();
        expect(await pod.finished()).toMatchObject({ exit_code: 143, stage: 'step_script', stopped: 'job_timeout' });
        expect(pod.output.replace(/^.*Terminated.*\n/gm, '')).toBe('cleanup timedout\n');
      });

      it('and kills what it started when the Pod is deleted', async () => {
        const pod = new HostPod({ shell, stages: [stage('a', 'echo "$$" >"$ROOT/pid"; echo waiting; sleep 300')] });
        const file = join(pod.root, 'pid');
        pod.start();
        await pod.printed('waiting\n');
        const pid = readFileSync(file, 'utf8').trim();
        await pod[Symbol.asyncDispose]();
        expect(runs(pid)).toBe(false);
        expect([pod.child('build').exitCode, pod.child('helper').exitCode]).toEqual([143, 143]);
      });

      it('and leaves nothing of itself, whether it waits for its turn or rests', async () => {
        const stages = [stage('a', 'echo waiting; until [ -e "$ROOT/go" ]; do sleep 0.1; done')];
        const waiting = new HostPod({ shell, stages }).start();
        await waiting.printed('waiting\n');
        const resting = new HostPod({ shell, stages });
        writeFileSync(join(resting.root, 'go'), '');
        await resting.start().finished();
        for (const pod of [waiting, resting]) {
          expect(supervisorsBelow(pod.root).length).toBeGreaterThan(1);
          await pod[Symbol.asyncDispose]();
          await expect.poll(() => supervisorsBelow(pod.root), { timeout: 3000 }).toEqual([]);
        }
      });

      it('without setsid, and without mkfifo in the build image', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('a', 'true', helper),
            stage('step_script', '(sleep 300; true) & echo $! >"$ROOT/pid"; echo waiting; sleep 300'),
          ],
        });
        const programs = onlyPrograms(pod.root, ['cat', 'date', 'sleep', ...shell.command.slice(0, 1)]);
        pod.start('helper').start('build', ['env', `PATH=${programs}`]);
        await pod.printed('waiting\n');
        await pod.cancel();
        expect(await pod.finished()).toMatchObject({ stage: 'step_script', stopped: 'canceled' });
        expect(runs(readFileSync(join(pod.root, 'pid'), 'utf8').trim())).toBe(false);
      });
    });

    describe('waits', () => {
      it('for the other container without ever waking up', async () => {
        await using pod = new HostPod({
          shell,
          stages: [
            stage('a', 'true', helper),
            // The helper has passed the turn on, and gets a moment to fall asleep.
            stage('b', 'sleep 1; echo first; sleep 2; echo second; sleep 1'),
            stage('c', 'true', helper),
          ],
        }).start();
        await pod.printed('first\n');
        const asleep = switches(pod.child('helper').pid);
        await pod.printed('second\n');
        expect(switches(pod.child('helper').pid)).toBe(asleep);
        await pod.finished();
      });

      it.skipIf(unshare === undefined)(
        'by looking for files where FIFOs do not cross (skipped: no mount namespaces)',
        async () => {
          await using pod = new HostPod({
            shell,
            stages: [
              stage('a', 'echo a', helper),
              stage('b', 'echo waiting; sleep 300'),
              stage('c', 'echo c', { ...helper, ...anyEnd }),
            ],
          });
          const { controlDir } = pod.request.paths;
          pod.start('helper');
          await pod.event((e): e is typeof e => e.event === 'started');
          const hide = ['wake-build', 'wake-helper', 'stop-build'].map(
            (name) => `mkfifo ${pod.root}/${name} && mount --bind ${pod.root}/${name} ${controlDir}/${name}`,
          );
          pod.start('build', [...unshareWith(unshare), 'sh', '-c', `${hide.join(' && ')} && exec "$@"`, 'sh']);
          await pod.printed('waiting\n');
          await pod.cancel();
          expect(await pod.finished()).toMatchObject({ stage: 'b', stopped: 'canceled' });
          expect(pod.output.replace(/^.*Terminated.*\n/gm, '')).toBe('a\nwaiting\nc\n');
        },
      );
    });

    describe.skipIf(unshare === undefined)(
      'survives, as the first process of a container (skipped: no PID namespaces),',
      () => {
        it.each([
          { what: 'the shell of the stage too', script: `${before}; sh -c "kill -9 -1"; sleep 300`, code: 137 },
          {
            what: 'all but the shell of the stage, whose next output ends it, as nobody reads it any more',
            script: `${before}; kill -9 -1; sleep 1; echo after; exit 7`,
            code: 141,
          },
        ])('a stage that kills everything: $what', async ({ script, code }) => {
          await using pod = new HostPod({
            shell,
            stages: [stage('step_script', script), stage('last', 'echo last', always)],
            wrap: { build: ['unshare', ...(unshare ?? [])] },
          }).start();
          expect(await pod.finished()).toMatchObject({ exit_code: code, stage: 'step_script' });
          expect(pod.output).toMatch(/^before\n(.*Killed.*\n)?last\n$/);
        });
      },
    );

    describe.skipIf(process.getuid?.() !== 0)('with containers of different users (skipped: not root)', () => {
      it.each([
        { build: 1000, helper: 0 },
        { build: 0, helper: 1001 },
        { build: 1000, helper: 1001 },
      ])(
        'build $build and helper $helper, each has its own copies of the file variables',
        async ({ build, helper: other }) => {
          const as = (uid: number) => ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
          const script = 'ls -ln "$KEY" | cut -d" " -f1,3; cat "$KEY"; chmod 400 "$KEY"';
          await using pod = new HostPod({
            shell,
            variables: [{ key: 'KEY', value: 'secret\n', file: true }],
            stages: [stage('a', script, helper), stage('b', script), stage('c', script), stage('d', script, helper)],
            wrap: { build: as(build), helper: as(other) },
          }).start();
          expect(await pod.finished()).toMatchObject({ exit_code: 0 });
          const lines = (uid: number) => `-rw------- ${uid}\nsecret\n`;
          expect(pod.output).toBe(lines(other) + lines(build) + lines(build) + lines(other));
        },
      );
    });
  });
}

function unshareWith(options: readonly string[] | undefined): string[] {
  return ['unshare', '--mount', ...(options?.includes('--user') ? ['--user', '--map-root-user'] : [])];
}
