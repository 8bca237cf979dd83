import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checksumOf, FakeGitLab, type FakeJob } from '../../../gitlab/src/test-kit/fake-gitlab.ts';
import { FakeS3 } from '../../../cache/src/test-kit/fake-s3.ts';
import { run } from '../run.ts';
import { freePort } from '../test-kit/free-port.ts';
import { Project } from '../test-kit/project.ts';
import { TestIo } from '../test-kit/test-io.ts';

/** Lines of the configuration, outside and inside its runner. */
interface Lines {
  readonly global?: string;
  readonly runner?: string;
}

/** A daemon on an embedded cluster, with a GitLab of its own. */
class World {
  readonly project = new Project({ 'config.toml': '' });
  readonly io = new TestIo(this.project.dir, this.project.env);
  status: Promise<number> = Promise.resolve(-1);

  constructor(readonly gitlab: FakeGitLab) {}

  /** @param argv further options of the command */
  static async start(options: Lines = {}, ...argv: readonly string[]): Promise<World> {
    const world = new World(await FakeGitLab.start());
    worlds.push(world);
    world.configure(options);
    world.status = run(['run', '--local', '--local-mode', 'processes', ...argv], world.io);
    await world.io.stderr.until('configuration loaded');
    return world;
  }

  configure({ global = '', runner = '' }: Lines): void {
    writeFileSync(join(this.project.dir, 'config.toml'), `check_interval = 1\n${global}\n${this.runner(runner)}`);
  }

  runner(lines = '', token = this.gitlab.runnerToken): string {
    return `[[runners]]\nname = "ci"\nurl = "${this.gitlab.url}"\ntoken = "${token}"\n${lines}\n[runners.kubernetes]\nimage = "host"\n`;
  }

  async end(signal: NodeJS.Signals = 'SIGQUIT'): Promise<void> {
    this.io.signal(signal);
    expect(await this.status).toBe(0);
  }
}

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) {
    world.io.signal('SIGTERM');
    await world.status;
    await world.gitlab.close();
    world.project.remove();
  }
});

/** A directory with podwright's own helper program. */
function helperBin({ project }: World): string {
  const bin = join(project.root, 'bin');
  mkdirSync(bin, { recursive: true });
  const main = fileURLToPath(new URL('../../../helper/bundle/main.js', import.meta.url));
  writeFileSync(join(bin, 'gitlab-runner-helper'), `#!/bin/sh\nexec node ${main} "$@"\n`, { mode: 0o755 });
  return bin;
}

/** Goes on printing: GitLab hears of a job that prints nothing every thirty seconds only. */
const talking = ['echo begun', 'while sleep 0.5; do echo again; done'];
const patience = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const ended = (job: FakeJob) => expect.poll(() => job.status, patience);
const printed = (job: FakeJob, text: string) => expect.poll(() => job.trace.toString(), patience).toContain(text);
const lastUpdate = (job: FakeJob) => job.updates.at(-1);

describe('podwright run', () => {
  it('runs a job that GitLab hands out, and delivers its log and result', async () => {
    const world = await World.start();
    const job = world.gitlab.hand(['echo "hello from job"', 'echo "$TOKEN"'], {
      variables: [
        { key: 'GIT_STRATEGY', value: 'none', public: true },
        { key: 'TOKEN', value: 'masked-value-1', masked: true },
      ],
    });
    await ended(job).toBe('success');
    const trace = job.trace.toString();
    for (const line of ['hello from job', '[MASKED]', 'after: success', 'Job succeeded']) expect(trace).toContain(line);
    expect(trace).not.toContain('masked-value-1');
    expect(lastUpdate(job)).toMatchObject({ state: 'success', checksum: checksumOf(job.trace) });
    await world.end();
    expect(world.io.stderr.text).toMatch(/INFO {2}job started {2}job=1 project=7 runner=ci/);
    expect(world.io.stderr.text).toMatch(/INFO {2}job ended {2}job=1 .*state=success/);
    expect(world.io.stderr.text).not.toMatch(/secret-runner|secret-job|masked-value/);
  });

  it('loses no job whose handing out was not heard of', async () => {
    const world = await World.start();
    let times = 0;
    world.gitlab.onEvent = (_, what) => {
      if (what === 'handed') times += 1;
    };
    world.gitlab.acceptWithin = 300;
    world.gitlab.faults.push('drop-after');
    const job = world.gitlab.hand(['echo once']);
    await ended(job).toBe('success');
    expect(times).toBe(2);
    expect(job.trace.toString().match(/^once$/gm)).toHaveLength(1);
  });

  it('does not begin a job that GitLab has given up meanwhile', async () => {
    const world = await World.start();
    world.gitlab.onEvent = (handed, what) => {
      if (what === 'handed') handed.status = 'canceled';
    };
    const job = world.gitlab.hand(['true']);
    await world.io.stderr.until('the job was not begun');
    world.gitlab.onEvent = () => undefined;
    const next = world.gitlab.hand(['true']);
    await ended(next).toBe('success');
    expect(job.trace.toString()).toBe('');
    await world.end();
    expect(world.io.stderr.text.match(/job started/g)).toHaveLength(1);
  });

  it('runs jobs of a GitLab that hands them out for good', async () => {
    const world = await World.start();
    world.gitlab.isTwoPhase = false;
    const job = world.gitlab.hand(['true']);
    await ended(job).toBe('success');
    expect(lastUpdate(job)).toMatchObject({ state: 'success' });
  });

  it('tells the exit code of a script that failed', async () => {
    const world = await World.start();
    const job = world.gitlab.hand(['exit 42']);
    await ended(job).toBe('failed');
    expect(lastUpdate(job)).toMatchObject({ failure_reason: 'script_failure', exit_code: 42 });
  });

  it('runs as many jobs at once as it may, each with a number of its own', async () => {
    const world = await World.start({ global: 'concurrent = 3' });
    const file = join(world.project.root, 'running');
    const script = [`echo "+$CI_CONCURRENT_ID" >>${file}`, 'sleep 2', `echo - >>${file}`, `cat ${file}`];
    const jobs = Array.from({ length: 8 }, () => world.gitlab.hand(script));
    for (const job of jobs) await ended(job).toBe('success');
    const lines = (jobs.at(-1)?.trace.toString() ?? '').split('\n').filter((line) => /^(\+\d|-)$/.test(line));
    let running = 0;
    let most = 0;
    for (const line of lines) {
      running += line === '-' ? -1 : 1;
      most = Math.max(most, running);
    }
    expect(most).toBe(3);
    expect([...new Set(lines)].toSorted()).toEqual(['+0', '+1', '+2', '-']);
  });

  it('lets running jobs end after SIGQUIT, and takes no more', async () => {
    const world = await World.start();
    const job = world.gitlab.hand(['echo begun', 'sleep 1', 'echo still here']);
    await printed(job, 'begun\n');
    const later = world.gitlab.hand(['true']);
    await world.end('SIGQUIT');
    expect(job.status).toBe('success');
    expect(job.trace.toString()).toContain('still here');
    expect(later.status).toBe('running');
    expect(world.gitlab.queue).toHaveLength(1);
  });

  it('gives running jobs up after SIGTERM, and tells GitLab', async () => {
    const world = await World.start();
    const job = world.gitlab.hand(['echo begun', 'sleep 600']);
    await printed(job, 'begun\n');
    await world.end('SIGTERM');
    expect(lastUpdate(job)).toMatchObject({ state: 'failed', failure_reason: 'runner_interrupted' });
    expect(world.io.left).toEqual([]);
  });

  it('goes over to another configuration, and keeps the old one when the new one is wrong', async () => {
    const world = await World.start();
    const first = world.gitlab.hand(['echo begun', 'sleep 8', 'echo "$FROM"']);
    await printed(first, 'begun\n');
    world.configure({ runner: 'environment = ["FROM=second"]', global: 'concurrent = 2' });
    world.io.signal('SIGHUP');
    await expect.poll(() => world.io.stderr.text, patience).toMatch(/configuration loaded {2}runners=1 concurrent=2/);
    const second = world.gitlab.hand(['echo "from $FROM"']);
    await ended(second).toBe('success');
    expect(second.trace.toString()).toContain('from second');
    expect(first.status).toBe('running');
    world.configure({ runner: 'limit = "many"' });
    world.io.signal('SIGHUP');
    await expect.poll(() => world.io.stderr.text, patience).toMatch(/stays as it was: .*runners\[0\]\.limit/s);
    await ended(first).toBe('success');
    expect(first.trace.toString()).not.toContain('second');
    const third = world.gitlab.hand(['echo "from $FROM"']);
    await ended(third).toBe('success');
    expect(third.trace.toString()).toContain('from second');
  });

  it('says when GitLab refuses the runner, and goes on with the others', async () => {
    const world = await World.start();
    const config = `check_interval = 1\n${world.runner('', 'glrt-wrong-one-0000')}${world.runner()}`;
    writeFileSync(join(world.project.dir, 'config.toml'), config);
    world.io.signal('SIGHUP');
    await expect.poll(() => world.io.stderr.text, patience).toContain("the runner's token is refused");
    const job = world.gitlab.hand(['true']);
    await ended(job).toBe('success');
    expect(world.io.stderr.text).not.toContain('glrt-wrong');
  });

  it('keeps one of two runners that are the same, and ends both', async () => {
    const world = await World.start();
    writeFileSync(join(world.project.dir, 'config.toml'), `concurrent = 2\n${world.runner()}${world.runner()}`);
    world.io.signal('SIGHUP');
    await world.io.stderr.until('runners=2');
    world.configure({ global: 'concurrent = 2' });
    world.io.signal('SIGHUP');
    await world.io.stderr.until('runners=1 concurrent=2');
    const job = world.gitlab.hand(['true']);
    await ended(job).toBe('success');
    await world.end();
    expect(job.updates.at(-1)).toMatchObject({ state: 'success' });
  });

  it('waits for a GitLab that is down', async () => {
    const world = await World.start();
    world.gitlab.faults.push({ status: 503 }, { status: 500 }, { status: 502 }, 'drop-before', { status: 500 });
    const job = world.gitlab.hand(['true']);
    await ended(job).toBe('success');
    expect(world.gitlab.faults).toEqual([]);
    expect(world.io.stderr.text).toMatch(/WARN {2}GitLab has trouble or cannot be reached, trying again: .*HTTP 503/);
    expect(world.io.stderr.text).toMatch(/INFO {2}GitLab answers again/);
  });

  it('hands caches on to other runners through a store, and goes on without it', async () => {
    const s3 = await FakeS3.start();
    const world = await World.start({ runner: s3.toml });
    const other = await World.start({ runner: s3.toml });
    const refused = await World.start({ runner: s3.toml.replace(s3.secretKey, 'other-secret') });
    const unreachable = await World.start({ runner: s3.toml.replace(s3.address, `127.0.0.1:${await freePort()}`) });
    const cached = (script: string[], on: World) =>
      on.gitlab.hand(script, {
        variables: [
          { key: 'GIT_STRATEGY', value: 'empty', public: true },
          { key: 'CI_DEBUG_TRACE', value: 'true', public: true },
          { key: 'PATH', value: `${helperBin(on)}:${on.project.env['PATH']}`, raw: true },
        ],
        cache: [{ key: 'deps', paths: ['kept'], policy: 'pull-push', when: 'on_success' }],
      });
    const first = cached(['mkdir kept', 'echo cached >kept/file'], world);
    await ended(first).toBe('success');
    const object = '/caches/ci/project/7/deps';
    expect(s3.requests).toEqual([`GET ${object} 404`, `PUT ${object} 200`]);
    const others = [
      { on: other, script: ['cat kept/file'], printed: /^cached$/m },
      { on: refused, script: ['mkdir kept'], printed: /SignatureDoesNotMatch/ },
      { on: unreachable, script: ['mkdir kept'], printed: /127\.0\.0\.1:\d+: .*ECONNREFUSED/ },
    ].map(({ on, script, printed: text }) => ({ job: cached(script, on), text }));
    for (const { job, text } of others) {
      await ended(job).toBe('success');
      expect(job.trace.toString()).toMatch(text);
    }
    for (const { trace } of [first, ...others.map(({ job }) => job)]) {
      for (const secret of ['X-Amz', s3.secretKey, 'other-secret']) expect(trace.toString()).not.toContain(secret);
    }
    await s3.close();
  });

  it('shows what it does over HTTP', async () => {
    const port = await freePort();
    const lines = { global: 'listen_address = "127.0.0.1:1"' };
    const world = await World.start(lines, '--listen-address', `127.0.0.1:${port}`);
    const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    const job = world.gitlab.hand(talking);
    await printed(job, 'begun\n');
    expect(await get('/readyz')).toBe('ok\n');
    expect(await get('/debug/jobs/list')).toMatch(
      /^job=1 project=7 runner="ci" stage=step_script pod=\S+ duration=\d+s\n$/,
    );
    const running = await get('/metrics');
    expect(running).toContain('stage="step_script",state="running"} 1');
    expect(running).toContain('podwright_kubernetes_requests_total{verb="create",resource="pods",status="201"} 1');
    job.status = 'canceled';
    await expect.poll(() => get('/metrics'), patience).toContain('failure_reason="job_canceled"} 1');
  });

  it.each([
    {
      what: 'without a url',
      config: '[[runners]]\nexecutor = "docker"\n[[runners]]\ntoken = "t"\n',
      error: 'runners[1].url',
    },
    { what: 'without a token', config: '[[runners]]\nurl = "http://127.0.0.1:1"\n', error: 'runners[0].token' },
    { what: 'with a file that is not there', config: undefined, error: 'no such file' },
  ])('does not start $what', async ({ config, error }) => {
    const project = new Project({ 'README.md': '' });
    const io = new TestIo(project.dir, project.env);
    if (config !== undefined) project.write({ 'config.toml': config });
    expect(await run(['run', '--local', '--local-mode', 'processes'], io)).toBe(2);
    expect(io.stderr.text).toContain(error);
    project.remove();
  });
});
