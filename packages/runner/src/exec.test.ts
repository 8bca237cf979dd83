import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { Project } from './test-kit/project.ts';
import { Terminal, TestIo } from './test-kit/test-io.ts';

/** Command lines of processes of this machine that have the text in them. */
function commandsWith(text: string): string[] {
  if (!existsSync('/proc')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return command.includes(text) ? [command] : [];
    } catch {
      return [];
    }
  });
}

const projects: Project[] = [];

afterEach(() => {
  for (const made of projects.splice(0)) made.remove();
});

function project(ciFile: string, files: Record<string, string> = {}): Project {
  const made = new Project({ '.gitlab-ci.yml': ciFile, ...files });
  projects.push(made);
  return made;
}

describe.each(['auto', 'processes'])('podwright exec --local-mode %s', (mode) => {
  const local = ['exec', '--local', '--local-mode', mode];

  it('runs a job with the sources of the last commit, shows its trace and leaves nothing behind', async () => {
    const ciFile = `
.base:
  before_script: [echo "before in $PWD"]
  after_script: [echo "after $CI_JOB_STATUS"]
hello:
  extends: .base
  stage: build
  variables: { WHO: world }
  script:
    - echo "hello $WHO $CI_COMMIT_SHORT_SHA $MORE"
    - cat file.txt
    - echo "$TOKEN has \${#TOKEN} characters"
`;
    const app = project(ciFile, { 'file.txt': 'committed\n' });
    app.write({ 'file.txt': 'changed\n' });
    const io = new TestIo(app.dir, { ...app.env, TOKEN: 'abcdef123456' });
    const status = await run([...local, 'hello', '--env', 'MORE=$more', '--masked', 'TOKEN'], io);

    expect({ status, last: io.stderr.lines.at(-1) }).toEqual({ status: 0, last: 'podwright: job hello succeeded' });
    const expected = [
      '==> Getting source from Git repository',
      '==> Executing "step_script" stage of the job script',
      `hello world ${app.git('rev-parse', '--short=8', 'HEAD')} $more`,
      'committed',
      '[MASKED] has 12 characters',
      'after success',
      'Job succeeded',
    ];
    expect(io.out.lines).toEqual(expect.arrayContaining(expected));
    expect(io.out.text).not.toContain('\u001b');
    expect(io.out.text + io.stderr.text).not.toContain('abcdef123456');
    expect(io.stderr.text).toContain('1 uncommitted file is not part of the job; add them with --dirty');
    expect(io.stderr.text).toContain('images are names only');
    expect(readdirSync(app.temporary)).toEqual([]);
    expect(io.isListening).toBe(false);
  });

  it('runs what is on disk with --dirty', async () => {
    const app = project('a: { script: cat file.txt new.txt }', { 'file.txt': 'committed\n' });
    app.write({ 'file.txt': 'changed\n', 'new.txt': 'new\n' });
    const io = new TestIo(app.dir, app.env);
    expect(await run([...local, '--dirty', '--namespace', 'mine'], io)).toBe(0);
    expect(io.out.lines).toContain('Using Kubernetes namespace: mine');
    expect(io.out.lines).toEqual(expect.arrayContaining(['changed', 'new']));
  });

  it('says in the last lines which stage failed, why, and what to do', async () => {
    const app = project('a: { script: [echo one, sh -c "exit 7", echo never] }');
    const io = new TestIo(app.dir, app.env);
    expect(await run(local, io)).toBe(1);
    expect(io.out.lines).not.toContain('never');
    expect(io.stderr.lines.slice(-3)).toEqual([
      'podwright: job a failed in stage step_script: command terminated with exit code 7',
      'podwright: reason: script_failure',
      'podwright: hint: the command that failed is the last one of that stage in the log above',
    ]);
  });

  it('cancels the job at the first interrupt, and cleans up', async () => {
    const app = project('a: { script: [echo begun, sleep 600, echo never] }');
    const io = new TestIo(app.dir, app.env);
    const running = run(local, io);
    await io.out.until('\nbegun\n');
    io.interrupt();
    expect(await running).toBe(1);
    expect(io.stderr.text).toContain('cancelling the job; once more deletes its Pod at once');
    expect(io.stderr.text).toContain('reason: job_canceled');
    expect(io.out.lines).not.toContain('never');
    expect(readdirSync(app.temporary)).toEqual([]);
  });
});

describe('podwright exec', () => {
  const local = ['exec', '--local', '--local-mode', 'processes'];

  it('deletes the Pod at the second interrupt and leaves at the third', async () => {
    const marker = `left-${process.pid}`;
    const app = project(
      `a:\n  script: [echo begun, sleep 600]\n  after_script: [echo tidying, "sh -c 'sleep 600; : ${marker}'"]\n`,
    );
    const io = new TestIo(app.dir, app.env);
    const running = run(local, io);
    await io.out.until('\nbegun\n');
    io.interrupt();
    await io.out.until('\ntidying\n');
    io.interrupt();
    io.interrupt();
    expect(io.left).toEqual([130]);
    expect(await running).toBe(1);
    await expect.poll(() => commandsWith(marker)).toEqual([]);
  });

  it('gives a slow reader every byte', async () => {
    const app = project('a: { script: ["seq 1 30000"] }');
    const chunks: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        setImmediate(done);
      },
    });
    expect(await run(local, new TestIo(app.dir, app.env, slow))).toBe(0);
    const numbers = Buffer.concat(chunks).toString().match(/^\d+$/gm) ?? [];
    expect(numbers).toEqual(Array.from({ length: 30_000 }, (_, i) => String(i + 1)));
  });

  it('ends the job when nobody reads the log any more', async () => {
    const app = project('a: { script: ["while :; do echo noise; sleep 0.01; done"] }');
    const closed = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (chunk.includes('noise\n')) done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        else done();
      },
    });
    const io = new TestIo(app.dir, app.env, closed);
    expect(await run(local, io)).toBe(1);
    expect(io.stderr.text).toContain('stdout cannot be written any more (EPIPE), cancelling the job');
    expect(readdirSync(app.temporary)).toEqual([]);
  });

  it('is a failure of the system when the log cannot be written', async () => {
    const app = project('a: { script: ["while :; do echo noise; sleep 0.01; done"] }');
    const full = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      },
    });
    const io = new TestIo(app.dir, app.env, full);
    expect(await run(local, io)).toBe(3);
    expect(io.stderr.text).toContain('the trace cannot be written: no space left on device');
  });

  it.each(['none', 'empty'])('needs no repository for a job with the strategy %s', async (strategy) => {
    const app = project(`a: { script: 'ls -A; echo "$CI_COMMIT_SHA"', variables: { GIT_STRATEGY: $STRATEGY } }`);
    rmSync(join(app.dir, '.git'), { recursive: true });
    const io = new TestIo(app.dir, app.env);
    expect(await run([...local, '--env', `STRATEGY=${strategy}`], io)).toBe(0);
    expect(io.out.lines).toContain('0'.repeat(40));
    expect(io.out.lines).not.toContain('.gitlab-ci.yml');
  });

  it('says what the job will not get', async () => {
    const app = project(`
first: { stage: build, script: x, artifacts: { paths: [bin] } }
a:
  script: echo "node $CI_NODE_INDEX of $CI_NODE_TOTAL"
  services: [postgres:16]
  cache: { paths: [node_modules] }
  artifacts: { paths: [out] }
  parallel: 2
`);
    const io = new TestIo(app.dir, app.env);
    expect(await run([...local, 'a'], io)).toBe(0);
    expect(io.out.lines).toContain('node 1 of 2');
    expect(io.stderr.lines.filter((line) => line.includes('note:'))).toEqual([
      'podwright: note: artifacts of other jobs are not there: first',
      'podwright: note: runs as the first of 2 jobs; choose another one with --env CI_NODE_INDEX=2',
      'podwright: note: services are not started: postgres:16',
      'podwright: note: artifacts are not collected: out',
      'podwright: note: caches are neither restored nor saved: node_modules',
    ]);
  });

  it.each([
    ['with its colours', {}, true],
    ['without them where NO_COLOR is set', { NO_COLOR: '1' }, false],
  ])('shows the log on a terminal %s, and what is waited for', async (_, env, hasColors) => {
    const app = project('a: { script: echo done }');
    const terminal = new Terminal();
    expect(await run(local, new TestIo(app.dir, { ...app.env, ...env }, terminal))).toBe(0);
    expect(terminal.text).toMatch(/waiting for pod \S+ to start/);
    expect(terminal.text).toContain('==> ');
    expect(terminal.text).not.toContain('section_');
    expect(terminal.text.includes('\u001b[36;1m')).toBe(hasColors);
  });

  it('runs a payload as GitLab hands it out', async () => {
    const app = project('a: { script: x }', { 'file.txt': 'committed\n' });
    const steps = [{ name: 'script', script: ['cat file.txt'] }];
    app.write({ 'job.json': JSON.stringify({ id: 7, job_info: { name: 'p' }, git_info: {}, steps }) });
    const io = new TestIo(app.dir, app.env);
    expect(await run([...local, '--payload', 'job.json'], io)).toBe(0);
    expect(io.out.lines).toContain('committed');
  });
});
