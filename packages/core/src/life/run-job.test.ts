import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ClusterApiError, ConnectionLostError, JobRejectedError } from '../errors.ts';
import type { RunnerConfig } from '../config/runner-config.ts';
import type { JobEvent } from '../hooks.ts';
import { definePlugin, type Plugin } from '../plugin.ts';
import type { Plan } from '../plan.ts';
import type { CacheStore, Logger, PlanRequest, Shell } from '../ports.ts';
import { facts, fakeExecutor, fakePayload, fakeStage, paths, silentLogger, slot } from '../test-kit/fakes.ts';
import { runJob } from './run-job.ts';
import { ScriptedCluster, type ScriptedPod } from '../test-kit/scripted-cluster.ts';

describe('runJob', () => {
  it('creates, follows and deletes, and shows the log in sections', async () => {
    const run = job({ payload: { features: { trace_sections: true } } });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', 'hello\n');
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.cluster.calls).toEqual(['watchPod', 'createPod', 'createSecret', 'exec', 'deletePod']);
    expect(run.trace()).toMatchInlineSnapshot(`
      "[0KRunning with podwright 1.2.3
      [0;m[0K  on AbCd1234
      [0;msection_start:0:prepare_executor
      [0K[0K[36;1mPreparing the "kubernetes" executor[0;m
      [0;m[32;1mUsing Kubernetes namespace: ci
      [0;m[32;1mCreating pod ci/runner-abcd1234-project-17-concurrent-0-random ...
      [0;msection_end:0:prepare_executor
      [0Ksection_start:0:step_script
      [0K[0K[36;1mExecuting "step_script" stage of the job script[0;m
      [0;mhello
      section_end:0:step_script
      [0K[32;1mJob succeeded
      [0;m"
    `);
    expect(run.events.map((event) => event.kind)).toEqual(['created', 'running', 'stage_started', 'stage_finished']);
  });

  it('lets the Pod own its Secrets', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => succeed(pod, run);
    await run.result;
    expect(run.cluster.secrets[0]?.metadata).toMatchObject({ ownerReferences: [{ kind: 'Pod', uid: 'uid-0' }] });
  });

  it('hides secrets, also where they are cut in two', async () => {
    const run = job({ payload: { variables: [{ key: 'S', value: 'hunter22', masked: true }] } });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', 'a hunter22 b job-token c\n');
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    await run.result;
    expect(run.trace()).toContain('a [MASKED] b [MASKED] c\n');
  });

  it('puts the time before each line for a GitLab that shows it', async () => {
    const variables = [
      { key: 'CI_SERVER_VERSION_MAJOR', value: '18', public: true },
      { key: 'S', value: 'hunter22', masked: true },
    ];
    const run = job({ payload: { variables, features: { trace_sections: true } } });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', 'a hunter22 b\nc\n');
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    await run.result;
    const lines = run.trace().trimEnd().split('\n');
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z 00O /.test(line))).toEqual([]);
    expect(lines.map((line) => line.slice(32))).toContain('c');
    expect(run.trace()).toMatch(/00O .*a \[MASKED\] b\n/);
  });

  it('hides secrets in its result and in the log, whoever put them there', async () => {
    const lines: string[] = [];
    const secret = { variables: [{ key: 'S', value: 'hunter22', masked: true }] };
    const rejected = tapping((hooks) =>
      hooks.prepare.tap('p', () => {
        throw new JobRejectedError('image hunter22 is not allowed', { hint: 'use another one than hunter22' });
      }),
    );
    const broken = tapping((hooks) => {
      hooks.prepare.tap('p', () => {
        throw new Error('no hunter22');
      });
      hooks.finish.tapPromise('p', async (result) => {
        throw new Error(`${result.state} job-token: ${'message' in result ? result.message : ''}`);
      });
    });
    const logger = loggerInto(lines);
    const results = [
      await job({ payload: secret, plugins: [rejected], logger }).result,
      await job({ payload: secret, plugins: [broken], logger }).result,
    ];
    expect(results).toMatchObject([
      { message: 'image [MASKED] is not allowed (plugin p)', hint: 'use another one than [MASKED]' },
      { message: '[plugin p] prepare: no [MASKED]' },
    ]);

    const refused = job({ payload: secret, logger });
    refused.cluster.failures.createPod = new ClusterApiError('image "hunter22" is bad', 422, 'Invalid');
    refused.cluster.failures.deletePod = new ClusterApiError('hunter22 is in use', 409, 'Conflict');
    expect(await refused.result).toMatchObject({ message: 'image "[MASKED]" is bad' });
    expect(lines).toEqual([
      'the job could not be prepared {"error":"[plugin p] prepare: no [MASKED]"}',
      'a finish hook failed {"error":"[plugin p] finish: failed [MASKED]: [plugin p] prepare: no [MASKED]"}',
      'the Pod could not be deleted {"error":"[MASKED] is in use"}',
    ]);
  });

  it('reads every line once, however often connections break', async () => {
    const run = job();
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i}\n`);
    run.cluster.onCreate = async (pod) => {
      pod.running();
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      for (const [i, line] of lines.entries()) {
        pod.print(line);
        if (i % 40 !== 0) continue;
        pod.break(new ConnectionLostError('cut'));
        // Longer than the first pause, so that it is open again by then.
        await new Promise((resolve) => setTimeout(resolve, 70));
      }
      pod.event(run.nonce, { event: 'stage_finished', stage: 'step_script', attempt: 1, exit_code: 0 });
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace()).toContain(lines.join(''));
    expect(run.cluster.calls.filter((call) => call === 'exec').length).toBeGreaterThan(5);
  });

  it('does not take an event with a foreign nonce for the end', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => {
      pod.running();
      pod.event('guessed', { event: 'finished', exit_code: 0 });
      runStage(pod, run, 'step_script', '', 4);
      pod.event(run.nonce, { event: 'finished', exit_code: 4, stage: 'step_script' });
    };
    expect(await run.result).toMatchObject({ reason: 'script_failure', exitCode: 4 });
  });

  it.each([
    ['is deleted', (pod: ScriptedPod) => pod.deleted(), 'the Pod was deleted'],
    ['loses its build container', (pod: ScriptedPod) => killBuild(pod), 'container build died'],
    ['is evicted', (pod: ScriptedPod) => pod.status({ phase: 'Failed', reason: 'Evicted' }), 'Evicted'],
  ])('fails, and keeps what was printed, when the Pod %s in the middle', async (_, breakPod, message) => {
    const run = job();
    run.cluster.warnings = [{ reason: 'Killing', message: 'told by the cluster', count: 1 }];
    run.cluster.onCreate = async (pod) => {
      pod.running();
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      pod.print('printed before\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      breakPod(pod);
    };
    const result = await run.result;
    expect(result).toMatchObject({ state: 'failed', reason: 'runner_system_failure' });
    expect(result).toHaveProperty('message', expect.stringContaining(message));
    expect(run.trace()).toContain('printed before\n');
    expect(run.trace()).toContain('told by the cluster');
    expect(run.cluster.calls.at(-1)).toBe('deletePod');
  });

  it('shows what the cluster warns of while the Pod waits, and not in the middle of its log', async () => {
    const run = job();
    const warning = { reason: 'FailedMount', message: 'no volume yet', count: 1 };
    run.cluster.onCreate = async (pod) => {
      run.cluster.warn(warning);
      run.cluster.warn({ ...warning, count: 2 });
      pod.running();
      runStage(pod, run, 'step_script', 'printed\n', 0);
      await vi.waitFor(() => expect(run.trace()).toContain('printed\n'));
      run.cluster.warn({ ...warning, message: 'too late' });
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace().match(/FailedMount: .*/g)).toEqual([expect.stringContaining('FailedMount: no volume yet')]);
  });

  it('tries again with a new Pod when a plugin changed its mind', async () => {
    const plugin = tapping((hooks) =>
      hooks.podFailed.tap('p', (problem, decision, ctx) => {
        if (ctx.attempt < 3) decision.again(`after ${problem.reason}`);
      }),
    );
    const run = job({ plugins: [plugin] });
    run.cluster.onCreate = (pod) => {
      const state = { waiting: { reason: 'ErrImagePull', message: 'no' } };
      pod.status({
        phase: 'Pending',
        containerStatuses: [{ name: 'build', image: 'img', imageID: '', ready: false, restartCount: 0, state }],
      });
    };
    expect(await run.result).toMatchObject({ reason: 'image_pull_failure' });
    expect(run.cluster.pods).toHaveLength(3);
    expect(new Set(run.cluster.pods.map((pod) => pod.pod.metadata?.name)).size).toBe(3);
    expect(run.trace()).toContain('Trying again: after ErrImagePull');
  });

  it('tries again although the helper was at work already, and closes its section', async () => {
    const run = job({
      payload: { features: { trace_sections: true } },
      plugins: [tapping((hooks) => hooks.podFailed.tap('p', (_problem, decision) => decision.again('another policy')))],
    });
    run.cluster.onCreate = async (pod) => {
      if (run.cluster.pods.length === 2) return succeed(pod, run);
      run.cluster.started('helper');
      pod.event(run.nonce, { event: 'stage_started', stage: 'get_sources', attempt: 1 });
      await vi.waitFor(() => expect(run.trace()).toContain('get_sources'), 5_000);
      const state = { waiting: { reason: 'ErrImagePull' } };
      pod.status({
        phase: 'Pending',
        containerStatuses: [{ name: 'build', image: 'img', imageID: '', ready: false, restartCount: 0, state }],
      });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace().match(/section_\w+:0:get_sources/g)).toEqual([
      'section_start:0:get_sources',
      'section_end:0:get_sources',
    ]);
  });

  it('never tries again once a stage of the build container has begun', async () => {
    const run = job({
      plugins: [tapping((hooks) => hooks.podFailed.tap('p', (_problem, decision) => decision.again('always')))],
    });
    run.cluster.onCreate = async (pod) => {
      pod.running();
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      pod.deleted();
    };
    await run.result;
    expect(run.cluster.pods).toHaveLength(1);
  });

  it('refuses a job before anything exists', async () => {
    const plugin = tapping((hooks) =>
      hooks.prepare.tap('p', () => {
        throw new JobRejectedError('too much', { hint: 'ask for less' });
      }),
    );
    const run = job({ plugins: [plugin] });
    expect(await run.result).toEqual({
      state: 'failed',
      reason: 'runner_configuration_error',
      message: 'too much (plugin p)',
      hint: 'ask for less',
    });
    expect(run.cluster.calls).toEqual([]);
    expect(run.trace()).toContain('ERROR: Job failed: too much (plugin p)');
  });

  it.each([
    ['createPod', new ClusterApiError('namespaces "ci" not found', 404, 'NotFound'), 'create the namespace'],
    ['createPod', new ClusterApiError('User "u" cannot create resource "pods"', 403, 'Forbidden'), 'grant the user'],
    ['createSecret', new ClusterApiError('exceeded quota: q', 403, 'Forbidden'), 'quota raised'],
    ['watchPod', new ClusterApiError('Unauthorized', 401, 'Unauthorized'), 'token'],
    ['createPod', new ConnectionLostError('connect ECONNREFUSED'), 'API is up'],
  ] as const)('says what to do when %s fails with %s', async (verb, error, hint) => {
    const run = job();
    run.cluster.failures[verb] = error;
    const result = await run.result;
    expect(result).toMatchObject({ reason: 'runner_system_failure', message: error.message });
    expect(result).toHaveProperty('hint', expect.stringContaining(hint));
  });

  it('asks the Pod to cancel, and waits for what must still run', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => {
      pod.running();
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      pod.onCancel = () => {
        pod.event(run.nonce, {
          event: 'stage_finished',
          stage: 'step_script',
          attempt: 1,
          exit_code: 143,
          stopped: 'canceled',
        });
        runStage(pod, run, 'after_script', 'after\n');
        pod.event(run.nonce, { event: 'finished', exit_code: 143, stage: 'step_script', stopped: 'canceled' });
      };
      setTimeout(() => run.cancel.abort(), 20);
    };
    expect(await run.result).toMatchObject({ reason: 'job_canceled' });
    expect(run.trace()).toContain('after\n');
  });

  it('cancels in order although only the log has told so far that the Pod runs', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => {
      pod.holdEvents = true;
      run.cluster.started('build');
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      pod.onCancel = () => {
        pod.holdEvents = false;
        runStage(pod, run, 'after_script', 'after\n');
        pod.event(run.nonce, { event: 'finished', exit_code: 143, stage: 'step_script', stopped: 'canceled' });
      };
      setTimeout(() => run.cancel.abort(), 30);
    };
    expect(await run.result).toMatchObject({ reason: 'job_canceled', stage: 'step_script' });
    expect(run.trace()).toContain('after\n');
  });

  it('does not try again when only the log has told so far that the script began', async () => {
    const run = job({
      plugins: [tapping((hooks) => hooks.podFailed.tap('p', (_problem, decision) => decision.again('always')))],
    });
    run.cluster.onCreate = async (pod) => {
      pod.holdEvents = true;
      run.cluster.started('build');
      pod.event(run.nonce, { event: 'stage_started', stage: 'step_script', attempt: 1 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      pod.deleted();
    };
    await run.result;
    expect(run.cluster.pods).toHaveLength(1);
  });

  it.each([
    ['cancelled before its Pod runs', (run: Run) => run.cancel.abort()],
    ['given up', (run: Run) => run.kill.abort()],
  ])('deletes the Pod of a job that is %s', async (_, stop) => {
    const run = job();
    run.cluster.onCreate = () => void setTimeout(() => stop(run), 10);
    expect(await run.result).toMatchObject({ reason: 'job_canceled' });
    expect(run.cluster.calls.at(-1)).toBe('deletePod');
  });

  it('gives a job up while its Pod is still being created', async () => {
    const run = job();
    run.cluster.createPod = (_pod, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    setTimeout(() => run.kill.abort(), 10);
    expect(await run.result).toMatchObject({ reason: 'job_canceled' });
    expect(run.cluster.calls.at(-1)).toBe('deletePod');
  });

  it('creates nothing for a job that is cancelled already', async () => {
    const run = job();
    run.cancel.abort();
    expect(await run.result).toMatchObject({ reason: 'job_canceled' });
    expect(run.cluster.calls).not.toContain('createPod');
  });

  it('reads as soon as it is told that build was started, too, before any status says so', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => {
      pod.status({ phase: 'Pending' }, { nodeName: 'n' });
      run.cluster.started('helper');
      expect(run.cluster.calls).not.toContain('exec');
      run.cluster.started('build');
      expect(run.cluster.calls).toContain('exec');
      pod.running = () => undefined;
      succeed(pod, run);
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.cluster.calls.filter((call) => call === 'exec')).toHaveLength(1);
  });

  it('reads what the helper prints while build takes long to start', async () => {
    const run = job();
    run.cluster.onCreate = async (pod) => {
      run.cluster.started('helper');
      pod.event(run.nonce, { event: 'stage_started', stage: 'get_sources', attempt: 1 });
      pod.print('cloning\n');
      await vi.waitFor(() => expect(run.trace()).toContain('cloning'), 5_000);
      run.cluster.started('build');
      succeed(pod, run);
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.cluster.calls.filter((call) => call === 'exec')).toHaveLength(1);
  });

  it('tries again when the helper was not quite there yet', async () => {
    const run = job();
    run.cluster.onCreate = (pod) => {
      pod.reachable = false;
      run.cluster.started('build');
      setTimeout(() => {
        pod.reachable = true;
        succeed(pod, run);
      }, 50);
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.cluster.calls.filter((call) => call === 'exec')).toHaveLength(2);
  });

  it('says so when it may not read the log', async () => {
    const run = job();
    run.cluster.failures.exec = new ClusterApiError('pods "x" is forbidden', 403, 'Forbidden');
    run.cluster.onCreate = (pod) => pod.running();
    const result = await run.result;
    expect(result).toHaveProperty('hint', expect.stringContaining('pods/exec'));
  });

  it('fails when the Pod can no longer be watched', async () => {
    const run = job();
    run.cluster.onCreate = () =>
      run.cluster.failWatches(new ClusterApiError('pods is forbidden: cannot watch', 403, 'Forbidden'));
    expect(await run.result).toMatchObject({ message: 'pods is forbidden: cannot watch' });
  });

  it('calls finish and cleanup whatever happened, and outlives their failures', async () => {
    const called: string[] = [];
    const plugin = tapping((hooks) => {
      hooks.finish.tap('p', (result) => {
        called.push(`finish ${result.state}`);
        throw new Error('in finish');
      });
      hooks.cleanup.tap('p', () => {
        called.push('cleanup');
        throw new Error('in cleanup');
      });
      hooks.jobEvent.tap('p', () => {
        throw new Error('in jobEvent');
      });
    });
    const run = job({ plugins: [plugin] });
    run.cluster.onCreate = (pod) => succeed(pod, run);
    expect(await run.result).toEqual({ state: 'success' });
    expect(called).toEqual(['finish success', 'cleanup']);
  });

  it('keeps the result when the Pod cannot be deleted, and says so', async () => {
    const run = job();
    run.cluster.failures.deletePod = new ConnectionLostError('gone');
    run.cluster.onCreate = (pod) => succeed(pod, run);
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace()).toContain('could not be deleted: gone');
    expect(run.events.at(-1)).toMatchObject({ kind: 'left_behind' });
  });

  it('rejects when the trace cannot be written', async () => {
    const run = job({ sink: () => Promise.reject(new Error('disk full')) });
    run.cluster.onCreate = (pod) => succeed(pod, run);
    await expect(run.result).rejects.toThrow('disk full');
    expect(run.cluster.calls.at(-1)).toBe('deletePod');
  });

  it('shows no more output than the configuration allows, and goes on', async () => {
    const run = job({ runner: { output_limit: 1 } });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', `${'x'.repeat(1024)}hidden\n`);
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace()).toContain(`${'x'.repeat(1024)}\n`);
    expect(run.trace()).toContain('WARNING: The job has printed more than 1024 bytes (output_limit).');
    expect(run.trace()).toContain('Job succeeded');
    expect(run.trace()).not.toContain('hidden');
  });

  it('runs with the namespace, token and Services that plugins chose', async () => {
    const run = job({
      plugins: [
        tapping((hooks) => {
          hooks.prepare.tap('p', (context) => {
            context.useNamespace('other');
            context.useBearerToken('token-of-the-job');
          });
          hooks.buildPod.tap('p', (draft) => draft.addService({ key: 'web', ports: [{ number: 80, name: 'web' }] }));
        }),
      ],
    });
    run.cluster.onCreate = (pod) => {
      pod.running();
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(run.trace()).toContain('Using Kubernetes namespace: other');
    expect(run.cluster.tokens).toEqual(['token-of-the-job']);
    const [pod] = run.cluster.pods;
    expect(run.cluster.services).toMatchObject([
      { metadata: { namespace: 'other', ownerReferences: [{ name: pod?.pod.metadata?.name, uid: 'uid-0' }] } },
    ]);
  });

  it('holds the log back as long as the trace does', async () => {
    let free: () => void = () => undefined;
    let held = 0;
    const run = job({
      sink: (chunk) => {
        held += chunk.length;
        return held > 2000 ? new Promise<void>((resolve) => (free = resolve)) : undefined;
      },
    });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', 'x'.repeat(100_000));
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(held).toBeLessThan(2100);
    const freeing = setInterval(() => free(), 0);
    run.kill.abort();
    await run.result;
    clearInterval(freeing);
  });
});

describe('distributed caches', () => {
  it('get URLs for as long as the job may take, which never appear in the trace', async () => {
    const asked: unknown[] = [];
    const cacheStore: CacheStore = {
      urls: async (request) => {
        asked.push(request);
        if (request.key !== 'k') throw new Error('no credentials');
        return { get: 'https://s3/k?sig=aaa', put: { url: 'https://s3/k?sig=bbb', headers: {} } };
      },
    };
    const run = job({ cacheStore, payload: { runner_info: { timeout: 60 } } });
    run.cluster.onCreate = (pod) => {
      pod.running();
      runStage(pod, run, 'step_script', 'GET https://s3/k?sig=aaa\nsig=bbb refused\n');
      pod.event(run.nonce, { event: 'finished', exit_code: 0 });
    };
    expect(await run.result).toEqual({ state: 'success' });
    expect(asked).toEqual(['k', 'unsigned'].map((key) => ({ key, projectId: 17, seconds: 60 })));
    expect([...(run.cacheUrls?.keys() ?? [])]).toEqual(['k']);
    expect(run.trace()).toContain('GET [MASKED]\n[MASKED] refused\n');
    expect(run.trace()).toContain('WARNING: the cache unsigned is used only where it is local: no credentials');
  });
});

type Run = ReturnType<typeof job>;

/** Starts a job on a cluster that the test plays. */
function job(
  options: {
    payload?: Record<string, unknown>;
    plugins?: Plugin[];
    /** Members of the runner's configuration. */
    runner?: Partial<RunnerConfig>;
    sink?: (chunk: Uint8Array) => void | Promise<void>;
    cacheStore?: CacheStore;
    logger?: Logger;
  } = {},
) {
  const cluster = new ScriptedCluster();
  const cancel = new AbortController();
  const kill = new AbortController();
  const chunks: Uint8Array[] = [];
  const events: JobEvent[] = [];
  const run = {
    cluster,
    cancel,
    kill,
    events,
    nonce: '',
    cacheUrls: undefined as PlanRequest['cacheUrls'],
    trace: () =>
      Buffer.concat(chunks)
        .toString()
        .replaceAll(/section_(start|end):\d{10}/g, 'section_$1:0')
        .replaceAll(/-[a-z0-9]{8} \.\.\./g, '-random ...'),
  };
  const shell: Shell = {
    plan: ({ nonce, cacheUrls }) => {
      run.nonce = nonce;
      run.cacheUrls = cacheUrls;
      return plan(nonce);
    },
    cacheKeys: () => ['k', 'unsigned'],
    files: () => new Map([['plan', 'x']]),
    containerCommand: (container) => ['sh', container],
    followCommand: (_, { logOffset, eventLine }) => ['follow', String(logOffset), String(eventLine)],
    stageCommand: () => ['stage'],
    cancelCommand: () => ['cancel'],
  };
  const deps = {
    executor: fakeExecutor(options.plugins, [], options.runner),
    cluster,
    shell,
    logger: options.logger ?? silentLogger,
    facts,
    ...(options.cacheStore && { cacheStore: options.cacheStore }),
  };
  // A turn later, so that the test can set the cluster up.
  const result = Promise.resolve().then(() =>
    runJob(deps, {
      payload: fakePayload(options.payload),
      namespace: 'ci',
      paths,
      slot,
      trace: { write: options.sink ?? ((chunk) => void chunks.push(Buffer.from(chunk))) },
      cancel: cancel.signal,
      kill: kill.signal,
      onEvent: (event) => void events.push(event),
    }),
  );
  return Object.assign(run, { result });
}

function plan(nonce: string): Plan {
  return {
    nonce,
    strategy: 'attach',
    timeoutSeconds: 60,
    stages: [
      fakeStage('get_sources', { title: 'Getting source from Git repository', container: 'helper' }),
      fakeStage('step_script', { title: 'Executing "step_script" stage of the job script' }),
      fakeStage('after_script', { title: 'Running after_script', countsForResult: false }),
    ],
  };
}

function runStage(pod: ScriptedPod, run: { nonce: string }, stage: string, output: string, exitCode = 0): void {
  pod.event(run.nonce, { event: 'stage_started', stage, attempt: 1 });
  pod.print(output);
  pod.event(run.nonce, { event: 'stage_finished', stage, attempt: 1, exit_code: exitCode });
}

function succeed(pod: ScriptedPod, run: { nonce: string }): void {
  pod.running();
  runStage(pod, run, 'step_script', 'done\n');
  pod.event(run.nonce, { event: 'finished', exit_code: 0 });
}

function killBuild(pod: ScriptedPod): void {
  const base = { image: 'img', imageID: '', ready: false, restartCount: 0 };
  const containerStatuses = [
    { ...base, name: 'build', state: { terminated: { exitCode: 137, reason: 'Error' } } },
    { ...base, name: 'helper', state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
  ];
  pod.status({ phase: 'Running', containerStatuses });
}

function tapping(apply: (hooks: Parameters<Plugin['apply']>[0]['hooks']) => void): Plugin {
  return definePlugin({ name: 'p', core: '*', configSchema: z.strictObject({}), apply: ({ hooks }) => apply(hooks) });
}

function loggerInto(lines: string[]): Logger {
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { debug: write, info: write, warn: write, error: write, child: () => loggerInto(lines) };
}
