import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { freePort } from '../../packages/runner/src/test-kit/free-port.ts';
import {
  ended,
  outputLimit,
  printed,
  startDaemon,
  type DaemonPlace,
  type DaemonUnderTest,
} from '../support/daemon-under-test.ts';

/** Goes on printing: GitLab hears of a job that prints nothing every thirty seconds only. */
const talking = ['echo begun', 'while sleep 0.5; do echo again; done'];
const withoutSources = { key: 'GIT_STRATEGY', value: 'none', public: true };

/**
 * What must hold of `podwright run` from GitLab's side, on any cluster: each job as users write it, and nothing left.
 * @param place called once, before the first test
 * @param crowd how many jobs make a crowd
 */
export function daemonSuite(place: () => Promise<DaemonPlace>, crowd: number): void {
  describe('podwright run', () => {
    let daemon: DaemonUnderTest;
    beforeAll(async () => {
      daemon = await startDaemon(await place());
    });
    afterAll(async () => {
      await daemon.close();
      await daemon.place.close();
      expect(daemon.log()).not.toMatch(/secret-runner|secret-job|masked-value/);
    });
    afterEach(async () => {
      expect(daemon.gitlab.complaints).toEqual([]);
      await expect.poll(() => daemon.place.leftovers(), { timeout: 15_000, interval: 100 }).toEqual([]);
    });

    it('clones over HTTP, keeps a cache, and hands artifacts on to a later job', async () => {
      const server = await startGitServer({ 'hello.txt': 'hello from the repository\n' });
      const common = {
        git_info: gitInfo(server, daemon.place.host),
        cache: [{ key: 'deps', paths: ['kept'], policy: 'pull-push', when: 'on_success' }],
      };
      const script = ['cat hello.txt', 'mkdir out kept', 'echo made >out/file', 'echo cached >kept/file'];
      const first = daemon.hand([...script, 'echo "<testsuite/>" >report.xml', 'echo "[]" >quality.json'], {
        ...common,
        artifacts: [
          { name: 'all', paths: ['out'], artifact_type: 'archive', artifact_format: 'zip', expire_in: '1 week' },
          { name: 'junit.xml', paths: ['report.xml'], when: 'always', artifact_type: 'junit', artifact_format: 'gzip' },
          {
            name: 'quality.json',
            paths: ['quality.json'],
            when: 'always',
            artifact_type: 'codequality',
            artifact_format: 'raw',
          },
        ],
      });
      expect(await ended(first), first.trace.toString()).toMatchObject({ state: 'success' });
      expect(first.trace.toString()).toContain('hello from the repository\n');
      expect(Object.fromEntries(first.uploads)).toEqual({
        archive: { filename: 'all.zip', format: 'zip', expireIn: '1 week' },
        junit: { filename: 'junit.xml.gz', format: 'gzip', expireIn: null },
        codequality: { filename: 'quality.json', format: 'raw', expireIn: null },
      });
      expect(gunzipSync(first.artifacts.get('junit') ?? '').toString()).toBe('<testsuite/>\n');
      expect(first.artifacts.get('codequality')?.toString()).toBe('[]\n');

      const size = first.artifacts.get('archive')?.length;
      const second = daemon.hand(['cat hello.txt out/file kept/file'], {
        ...common,
        dependencies: [
          { id: first.id, token: first.token, name: 'first', artifacts_file: { filename: 'all.zip', size } },
        ],
      });
      expect(await ended(second), second.trace.toString()).toMatchObject({ state: 'success' });
      expect(second.trace.toString()).toContain('hello from the repository\nmade\ncached\n');
      expect(second.trace.toString() + first.trace.toString()).not.toMatch(/secret-job|job-token-of-the-test/);
      await server.close();
    });

    it('talks to a service by its alias', async () => {
      const port = await freePort();
      const { image, program } = daemon.place.node;
      const serve = `require('net').createServer((s) => s.end('hello from the service\\n')).listen(${port})`;
      const job = daemon.hand(
        [`for i in $(seq 100); do cat </dev/tcp/the-service/${port} 2>/dev/null && break; sleep 0.1; done`],
        {
          variables: [withoutSources],
          services: [{ name: image, alias: 'the-service', entrypoint: [program, '-e'], command: [serve] }],
        },
      );
      expect(await ended(job), job.trace.toString()).toMatchObject({ state: 'success' });
      expect(job.trace.toString()).toContain('\nhello from the service\n');
    });

    it('masks values, and keeps its own secrets', async () => {
      const secret = { key: 'SECRET', value: 'masked-value-1', masked: true };
      const job = daemon.hand(['echo "it is $SECRET"', 'printf masked-; sleep 0.2; echo value-1', 'env'], {
        variables: [withoutSources, secret, { key: 'CI_JOB_TOKEN', value: '$NOT_HERE', public: true }],
      });
      expect(await ended(job)).toMatchObject({ state: 'success' });
      const trace = job.trace.toString();
      expect(trace).toContain('it is [MASKED]\n');
      expect(trace).toContain('\n[MASKED]\n');
      expect(trace).not.toMatch(/masked-value-1|secret-job|secret-runner/);
    });

    it('tells why jobs failed, with the exit code of the script', async () => {
      const plain = { variables: [withoutSources] };
      const failing = daemon.hand(['echo before', '(exit 42)', 'echo never'], {
        ...plain,
        artifacts: [
          { name: 'logs', paths: ['*.log'], when: 'on_failure', artifact_type: 'archive', artifact_format: 'zip' },
        ],
        steps: [
          { name: 'script', script: ['echo before >a.log', '(exit 42)', 'echo never'], allow_failure: true },
          { name: 'after_script', script: ['echo "after: $CI_JOB_STATUS"'] },
        ],
      });
      const late = daemon.hand(['echo begun', 'sleep 600'], { ...plain, runner_info: { timeout: 4 } });
      const unusable = daemon.hand([], { steps: [] });
      const refused = daemon.hand(['true'], { variables: [{ key: 'GIT_STRATEGY', value: 'nonsense' }] });
      expect(await ended(failing)).toMatchObject({ state: 'failed', failure_reason: 'script_failure', exit_code: 42 });
      expect(failing.trace.toString()).toContain('after: failed\n');
      expect(failing.trace.toString()).not.toMatch(/^never/m);
      expect(failing.artifacts.get('archive')?.subarray(0, 2).toString()).toBe('PK');
      expect(await ended(late)).toMatchObject({ state: 'failed', failure_reason: 'job_execution_timeout' });
      expect(late.trace.toString()).toContain('begun\n');
      expect(await ended(unusable)).toMatchObject({ state: 'failed' });
      expect(unusable.trace.toString()).toContain('the job has no script');
      expect(await ended(refused)).toMatchObject({ state: 'failed' });
      expect(refused.trace.toString()).toContain('nonsense');
    });

    it('tells that an image cannot be pulled', async ({ skip }) => {
      const { unpullable: name } = daemon.place;
      if (name === undefined) skip('no images are pulled here');
      const job = daemon.hand(['true'], { variables: [withoutSources], image: { name } });
      expect(await ended(job), job.trace.toString()).toMatchObject({ failure_reason: 'image_pull_failure' });
    });

    it('cancels a job in order, or at once when GitLab no longer wants it', async () => {
      const canceling = daemon.hand(talking, { variables: [withoutSources] });
      const gone = daemon.hand(talking, { variables: [withoutSources] });
      await printed(canceling, 'begun\n');
      await printed(gone, 'begun\n');
      canceling.status = 'canceling';
      gone.status = 'canceled';
      expect(await ended(canceling)).toMatchObject({ state: 'failed', failure_reason: 'job_canceled' });
      expect(canceling.status).toBe('canceled');
      expect(canceling.trace.toString()).toContain('after: canceled\n');
      await expect.poll(daemon.log, { timeout: 30_000 }).toMatch(new RegExp(`job ended {2}job=${gone.id} `));
      expect(gone.updates.filter(({ state }) => state !== 'running')).toEqual([]);
    });

    it('sends no more of a log than output_limit, and says so', async () => {
      const job = daemon.hand(['seq 100000'], { variables: [withoutSources] });
      expect(await ended(job)).toMatchObject({ state: 'success' });
      expect(job.trace.length).toBeGreaterThan(outputLimit * 1024);
      expect(job.trace.length).toBeLessThan(outputLimit * 1024 + 2048);
      expect(job.trace.toString()).toContain('The job has printed more than ');
    });

    it('runs more jobs than there are places, and waits while GitLab digests their logs', async () => {
      daemon.gitlab.digesting = 1;
      const jobs = Array.from({ length: crowd }, (_, at) =>
        daemon.hand([`echo "this is $((${at} + 0))"`, 'seq 1000'], { variables: [withoutSources] }),
      );
      daemon.gitlab.digesting = 0;
      for (const [at, job] of jobs.entries()) {
        expect(await ended(job)).toMatchObject({ state: 'success' });
        expect(job.trace.toString()).toContain(`this is ${at}\n`);
        expect(job.trace.toString()).toContain('\n1000\n');
        expect(job.updates.filter(({ state }) => state === 'success')).toHaveLength(2);
      }
    });
  });
}
