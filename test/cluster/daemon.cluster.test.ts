import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { FakeGitLab, checksumOf } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';
import type { TestEnvironment } from '../support/environment.ts';
import { noCluster, realCluster, settings } from '../support/real-cluster.ts';

const patience = { timeout: 60_000, interval: 50 };

describe.skipIf(noCluster)(`podwright run on a real cluster${noCluster && ` (${noCluster})`}`, () => {
  let environment: TestEnvironment;
  let gitlab: FakeGitLab;
  let io: TestIo;
  let status: Promise<number>;
  const folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));

  beforeAll(async () => {
    environment = await realCluster();
    gitlab = await FakeGitLab.start();
    const config = `concurrent = 4
      check_interval = 1
      log_format = "json"
      [[runners]]
      name = "ci"
      url = "${gitlab.url}"
      token = "${gitlab.runnerToken}"
      [runners.kubernetes]
      namespace = "${environment.namespace}"
      image = "${settings.image}"
      helper_image = "${settings.helperImage}"`;
    writeFileSync(join(folder, 'config.toml'), config);
    io = new TestIo(folder, { PATH: process.env['PATH'], KUBECONFIG: process.env['KUBECONFIG'] });
    status = run(['run', '--kubeconfig', process.env['KUBECONFIG'] ?? ''], io);
  });
  afterAll(async () => {
    io.signal('SIGQUIT');
    expect(await status).toBe(0);
    await gitlab.close();
    await environment.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await expect.poll(() => environment.leftovers(), { timeout: 15_000, interval: 100 }).toEqual([]);
  });

  it('runs more jobs than there are places, and delivers each log whole', async () => {
    const jobs = Array.from({ length: 10 }, (_, at) => gitlab.hand([`echo "this is $((${at} + 0))"`, 'seq 1000']));
    for (const job of jobs) await expect.poll(() => job.status, patience).toBe('success');
    for (const [at, job] of jobs.entries()) {
      expect(job.trace.toString()).toContain(`this is ${at}\n`);
      expect(job.trace.toString()).toContain('\n1000\n');
      expect(job.updates.at(-1)).toMatchObject({ checksum: checksumOf(job.trace) });
    }
  });

  it.skipIf(settings.host === undefined)('clones over HTTP (skipped: PODWRIGHT_TEST_HOST is not set)', async () => {
    const server = await startGitServer({ 'hello.txt': 'hello from the repository\n' });
    try {
      const job = gitlab.hand(['cat hello.txt'], { git_info: gitInfo(server, settings.host ?? ''), variables: [] });
      await expect.poll(() => job.status, patience).toBe('success');
      expect(job.trace.toString()).toContain('hello from the repository\n');
    } finally {
      await server.close();
    }
  });

  it('cancels a job, and tells why others failed', async () => {
    const running = gitlab.hand(['echo begun', 'while sleep 0.5; do echo again; done']);
    const failing = gitlab.hand(['exit 42']);
    const unpullable = gitlab.hand(['true'], { image: { name: '127.0.0.1:5000/there-is-none:1' } });
    await expect.poll(() => running.trace.toString(), patience).toContain('begun\n');
    running.status = 'canceling';
    for (const job of [running, failing, unpullable]) {
      await expect.poll(() => job.updates.at(-1)?.['state'], patience).toBe('failed');
    }
    expect(running.updates.at(-1)).toMatchObject({ failure_reason: 'job_canceled' });
    expect(running.trace.toString()).toContain('after: canceled');
    expect(failing.updates.at(-1)).toMatchObject({ failure_reason: 'script_failure', exit_code: 42 });
    expect(unpullable.updates.at(-1)).toMatchObject({ failure_reason: 'image_pull_failure' });
  });
});
