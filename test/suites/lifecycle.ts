import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TestEnvironment } from '../support/environment.ts';
import type { Strategy } from '@podwright/core';
import { startJob as startAnyJob, type JobOptions, type StartedJob } from '../support/start-job.ts';

/**
 * What must hold of a job's life on any cluster. That nothing is left after each test is for the caller to check.
 * @param environment called within tests only
 * @param isolated whether containers have PID namespaces of their own
 */
export function lifecycleSuite(
  environment: () => TestEnvironment,
  isolated: boolean,
  strategy: Strategy = 'attach',
): void {
  const startJob = (where: TestEnvironment, options: JobOptions): StartedJob =>
    startAnyJob(where, { ...options, strategy });
  const attach = strategy === 'attach';

  describe('a job', () => {
    it('succeeds, in sections, with its variables and its after_script', async () => {
      const job = startJob(environment(), {
        script: ['echo "hello $WHO"', 'pwd'],
        afterScript: ['echo "after: $CI_JOB_STATUS"'],
        variables: [{ key: 'WHO', value: `it's "you" $$` }],
      });
      expect(await job.result).toEqual({ state: 'success' });
      const trace = job.trace();
      expect(trace).toContain(`hello it's "you" $\n`);
      expect(trace).toContain('after: success\n');
      expect(sections(trace)).toEqual([
        'prepare_executor',
        'prepare_script',
        'get_sources',
        'step_script',
        'after_script',
      ]);
      expect(trace).toMatch(/Job succeeded/);
    });

    it("keeps the script's exit code, and runs after_script all the same", async () => {
      const job = startJob(environment(), {
        script: ['echo before', '(exit 42)', 'echo never'],
        afterScript: ['echo "after: $CI_JOB_STATUS"'],
      });
      expect(await job.result).toMatchObject({ reason: 'script_failure', exitCode: 42, stage: 'step_script' });
      expect(job.trace()).toContain('before\n');
      expect(job.trace()).toContain('after: failed\n');
      expect(job.trace()).not.toMatch(/^never/m);
    });

    it.runIf(attach)('costs at most seven requests outside the shared watch', async () => {
      const { requests } = environment();
      requests.length = 0;
      await startJob(environment(), { script: ['true'] }).result;
      expect(requests.length, requests.join(', ')).toBeLessThanOrEqual(7);
      expect(requests).toEqual(
        expect.arrayContaining(['create pods', 'create secrets', 'exec pods/exec', 'delete pods']),
      );
    });

    it('does not wait for processes that its script leaves behind', async () => {
      const job = startJob(environment(), { script: ['(sleep 60; echo late) & echo started'] });
      const began = Date.now();
      expect(await job.result).toEqual({ state: 'success' });
      expect(Date.now() - began).toBeLessThan(45_000);
      expect(job.trace()).toContain('started\n');
    });

    it('brings a large log whole, byte for byte', async () => {
      const hash = createHash('sha256');
      let size = 0;
      let inside = false;
      const begin = Buffer.from('BEGIN\n');
      const tail: Buffer[] = [];
      const job = startJob(environment(), {
        script: [
          `dd if=/dev/urandom of="$CI_PROJECT_DIR/r" bs=65536 count=160 2>/dev/null; base64 "$CI_PROJECT_DIR/r" > "$CI_PROJECT_DIR/b"; sha256sum < "$CI_PROJECT_DIR/b" | cut -c1-64; wc -c < "$CI_PROJECT_DIR/b"; echo BEGIN; cat "$CI_PROJECT_DIR/b"; echo END`,
        ],
        trace: {
          write(chunk) {
            tail.push(Buffer.from(chunk));
          },
        },
      });
      expect(await job.result).toEqual({ state: 'success' });
      const whole = Buffer.concat(tail);
      // The echoed command has the words as well: the output is between the last ones.
      const from = whole.lastIndexOf(begin) + begin.length;
      const body = whole.subarray(from, whole.lastIndexOf('END\n'));
      inside = body.length > 0;
      size = body.length;
      hash.update(body);
      const [, sum, bytes] = /^([0-9a-f]{64})\n(\d+)$/m.exec(whole.subarray(0, from).toString('latin1')) ?? [];
      expect(inside).toBe(true);
      expect(size).toBe(Number(bytes));
      expect(hash.digest('hex')).toBe(sum);
    });

    it.runIf(attach)('survives every connection being cut, again and again, and shows every line once', async () => {
      const job = startJob(environment(), {
        script: ['i=0; while [ $i -lt 400 ]; do echo "line $i"; i=$((i+1)); sleep 0.01; done'],
      });
      await job.seen('line 3\n');
      let over = false;
      void job.result.finally(() => (over = true));
      for (let i = 0; i < 50 && !over; i += 1) {
        await environment().cutConnections();
        await sleep(20 + ((i * 37) % 90));
      }
      expect(await job.result).toEqual({ state: 'success' });
      const lines = job.trace().match(/^line \d+$/gm);
      expect(lines).toEqual(Array.from({ length: 400 }, (_, i) => `line ${i}`));
    });
  });

  describe('a job that goes wrong', () => {
    it.runIf(!attach)('fails when its connection is cut, and is never green', async () => {
      const job = startJob(environment(), { script: ['echo under way', 'sleep 20; echo never'] });
      await job.seen('under way\n');
      await sleep(100);
      await environment().cutConnections();
      expect(await job.result).toMatchObject({
        reason: 'runner_system_failure',
        stage: 'step_script',
        hint: expect.stringContaining('FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY'),
      });
      expect(job.trace()).not.toMatch(/^never/m);
    });

    it('fails promptly when its Pod is deleted', async () => {
      const job = startJob(environment(), { script: ['echo under way', 'sleep 100'] });
      await environment().deletePod(await job.seen('under way\n'));
      expect(await job.result).toMatchObject({
        reason: 'runner_system_failure',
        message: expect.stringContaining('deleted'),
      });
      expect(job.trace()).toContain('under way\n');
    });

    it('fails promptly when its build container is killed, and shows what it printed', async () => {
      const job = startJob(environment(), { script: ['echo under way', 'sleep 100'] });
      const pod = await job.seen('under way\n');
      await sleep(100);
      await environment().killContainer(pod, 'build');
      expect(await job.result).toMatchObject({
        reason: 'runner_system_failure',
        message: expect.stringMatching(/container build died/),
      });
      expect(job.trace()).toContain('under way\n');
    });

    // Without a PID namespace that would be every process of this machine.
    it.runIf(isolated)('fails when its script kills every process but the first', async () => {
      const job = startJob(environment(), {
        script: [
          'echo under way; sleep 0.5',
          `case "$(tr '\\0' ' ' </proc/1/cmdline)" in *supervisor.sh*) kill -9 -1 ;; esac; sleep 1; echo after`,
        ],
      });
      expect(await job.result).toMatchObject({ state: 'failed' });
      expect(job.trace()).toContain('under way\n');
    });

    it('is cancelled in order: after_script still runs', async () => {
      const job = startJob(environment(), {
        script: ['echo under way', 'sleep 100'],
        afterScript: ['echo "after: $CI_JOB_STATUS"'],
      });
      await job.seen('under way\n');
      job.cancel.abort();
      expect(await job.result).toMatchObject({ reason: 'job_canceled' });
      expect(job.trace()).toContain('after: canceled\n');
    });

    it('is given up at once when asked to', async () => {
      const job = startJob(environment(), { script: ['echo under way', 'trap "" TERM; sleep 100'] });
      await job.seen('under way\n');
      job.kill.abort();
      expect(await job.result).toMatchObject({ reason: 'job_canceled' });
    });

    it('runs out of time', async () => {
      const job = startJob(environment(), {
        script: ['echo under way', 'sleep 100'],
        afterScript: ['echo never'],
        payload: { runner_info: { timeout: 3 } },
      });
      expect(await job.result).toMatchObject({ reason: 'job_execution_timeout', stage: 'step_script' });
      expect(job.trace()).not.toMatch(/^never/m);
    });

    it('says that no node takes it', async () => {
      const job = startJob(environment(), { script: ['true'], toml: 'cpu_request = "900"\npoll_timeout = 3' });
      expect(await job.result).toMatchObject({
        reason: 'runner_system_failure',
        message: expect.stringMatching(/no node took the Pod within 3 s: .*nodes/),
      });
    });

    it('says that the namespace does not exist', async () => {
      const job = startJob(environment(), { script: ['true'], namespace: 'no-such-namespace' });
      expect(await job.result).toMatchObject({
        reason: 'runner_system_failure',
        message: expect.stringContaining('"no-such-namespace" not found'),
        hint: expect.stringContaining('namespace'),
      });
    });

    it('says which variable is too large', async () => {
      const job = startJob(environment(), {
        script: ['true'],
        variables: [{ key: 'BIG', value: 'x'.repeat(5 * 1024 * 1024) }],
      });
      expect(await job.result).toMatchObject({
        reason: 'runner_configuration_error',
        message: expect.stringContaining('BIG'),
      });
    });
  });
}

/** Names of the sections in the order of their start; every one must have an end. */
function sections(trace: string): string[] {
  const names = (kind: string) =>
    [...trace.matchAll(new RegExp(`section_${kind}:\\d+:(\\w+)\\r`, 'g'))].map((m) => m[1] ?? '');
  expect(names('end')).toEqual(names('start'));
  return names('start');
}
