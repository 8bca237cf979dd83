import { expect, it } from 'vitest';
import { gitInfo, startGitServer } from '../../bench/git-server.mjs';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { settings } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';
import { lifecycleSuite } from '../suites/lifecycle.ts';

const strategy = 'exec';

describeOnCluster('the exec strategy', (environment) => {
  lifecycleSuite(environment, true, strategy);

  it('runs the stages under busybox, as another user, with file variables', async () => {
    const job = startJob(environment(), {
      strategy,
      image: settings.busyboxImage,
      toml: '[runners.kubernetes.pod_security_context]\nrun_as_user = 1000',
      variables: [{ key: 'KEY', value: 'of the file', file: true }],
      script: ['id -u; cat "$KEY"; (exit 7)'],
      afterScript: ['echo "after: $CI_JOB_STATUS"; cat "$KEY"'],
    });
    expect(await job.result, job.trace()).toMatchObject({ reason: 'script_failure', exitCode: 7 });
    expect(job.trace()).toMatch(/^1000\nof the file/m);
    expect(job.trace()).toContain('after: failed\nof the file');
  });

  it('ends a stage whose processes in the background hold its output, and leaves them alive', async () => {
    const job = startJob(environment(), {
      strategy,
      script: ['(while sleep 0.1; do echo again; done) & echo $! > /tmp/pid; sleep 0.5'],
      afterScript: ['sleep 0.5; kill -0 "$(cat /tmp/pid)" && echo "it lives"'],
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
    expect(job.trace()).toMatch(/^it lives$/m);
  });

  it('says that the build image has no shell', async () => {
    const job = startJob(environment(), { strategy, image: settings.noShellImage, script: ['true'] });
    expect(await job.result).toMatchObject({ state: 'failed', message: expect.stringContaining('build') });
  });

  it('reaches services', async () => {
    const serve = 'while true; do echo served | nc -l -p 8080; done';
    const services = [{ name: settings.busyboxImage, alias: 'web', entrypoint: ['sh', '-c'], command: [serve] }];
    const job = startJob(environment(), {
      strategy,
      image: settings.busyboxImage,
      payload: { services },
      script: ['until nc web 8080 </dev/null | grep served; do sleep 0.2; done'],
    });
    expect(await job.result, job.trace()).toEqual({ state: 'success' });
  });

  it.skipIf(settings.host === undefined)('clones over HTTP (skipped: PODWRIGHT_TEST_HOST is not set)', async () => {
    const server = await startGitServer({ 'hello.txt': 'hello from the repository\n' });
    try {
      const job = startJob(environment(), {
        strategy,
        payload: { git_info: gitInfo(server, settings.host ?? '') },
        variables: [{ key: 'GIT_STRATEGY', value: 'fetch', public: true }],
        script: ['cat hello.txt'],
      });
      expect(await job.result, job.trace()).toEqual({ state: 'success' });
      expect(job.trace()).toContain('hello from the repository\n');
    } finally {
      await server.close();
    }
  });
});
