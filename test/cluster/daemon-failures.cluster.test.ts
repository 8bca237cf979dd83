import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FakeGitLab, type FakeJob } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';
import { describeOnCluster } from '../support/describe-on-cluster.ts';

const patience = { timeout: 240_000, interval: 50 };
vi.setConfig({ testTimeout: 700_000, hookTimeout: 60_000 });

/** What GitLab is told of failures on the cluster, and what stands in the trace. */
describeOnCluster('failures of jobs that GitLab hands out', (environment) => {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-test-'));
  let gitlab: FakeGitLab;
  let io: TestIo;
  let status: Promise<number>;
  let config: string;

  beforeAll(async () => {
    const { namespace, image, helperImage, proxiedKubeconfig } = environment();
    gitlab = await FakeGitLab.start();
    config = `concurrent = 10
      check_interval = 1
      [[runners]]
      name = "ci"
      url = "${gitlab.url}"
      token = "${gitlab.runnerToken}"
      [runners.kubernetes]
      namespace = "${namespace}"
      image = "${image}"
      helper_image = "${helperImage}"
      poll_timeout = 30
      cpu_request = "1m"
      cpu_request_overwrite_max_allowed = "1000"
      memory_limit = "256Mi"
      memory_limit_overwrite_max_allowed = "1Gi"
      ephemeral_storage_limit = "1Gi"
      ephemeral_storage_limit_overwrite_max_allowed = "2Gi"`;
    writeFileSync(join(folder, 'config.toml'), config);
    io = new TestIo(folder, { PATH: process.env['PATH'] });
    status = run(['run', '--kubeconfig', proxiedKubeconfig], io);
  });

  afterAll(async () => {
    io.signal('SIGTERM');
    expect(await status).toBe(0);
    await gitlab.close();
    rmSync(folder, { recursive: true });
  });

  function hand(script: readonly string[], variables: Readonly<Record<string, string>> = {}, more = {}): FakeJob {
    const given = { GIT_STRATEGY: 'none', ...variables };
    return gitlab.hand(script, {
      variables: Object.entries(given).map(([key, value]) => ({ key, value, public: true })),
      ...more,
    });
  }

  async function ended(job: FakeJob): Promise<Record<string, unknown>> {
    await expect.poll(() => job.status, patience).toMatch(/success|failed/);
    return job.updates.at(-1) ?? {};
  }

  async function begun(job: FakeJob): Promise<string> {
    await expect.poll(() => job.trace.toString(), patience).toContain('begun\n');
    const { api, namespace } = environment();
    const { items } = await api.listNamespacedPod({ namespace, labelSelector: `podwright/job=${job.id}` });
    return items[0]?.metadata?.name ?? '';
  }

  const talking = ['echo begun', 'while sleep 0.5; do echo again; done'];
  const systemFailure = { state: 'failed', failure_reason: 'runner_system_failure' };

  it('a node that runs short of a resource evicts the Pod', async () => {
    const script = ['echo begun', 'dd if=/dev/zero of=/tmp/large bs=1M count=60 2>/dev/null', 'sleep 200'];
    const job = hand(script, { KUBERNETES_EPHEMERAL_STORAGE_LIMIT: '20Mi' });
    expect(await ended(job)).toMatchObject(systemFailure);
    const trace = job.trace.toString();
    expect(trace).toContain('begun\n');
    expect(trace).toMatch(/ERROR: Job failed \(system failure\): the Pod ended: Evicted: .*ephemeral/);
  });

  it('the kernel kills what uses too much memory', async () => {
    const job = hand(['echo begun', 'head -c 200m /dev/zero | tail | wc -c'], { KUBERNETES_MEMORY_LIMIT: '64Mi' });
    expect(await ended(job)).toMatchObject(systemFailure);
    expect(job.trace.toString()).toMatch(/ERROR: Job failed \(system failure\): out of memory \(OOMKilled\)/);
    expect(job.trace.toString()).toContain('KUBERNETES_MEMORY_LIMIT');
  });

  it('no node takes the Pod: the scheduler says why while it waits, and at the end', async () => {
    const job = hand(['true'], { KUBERNETES_CPU_REQUEST: '900' });
    await expect
      .poll(() => job.trace.toString(), patience)
      .toMatch(/(Waiting for|Event of) pod \S+: .*Insufficient cpu/);
    expect(job.status).toBe('running');
    expect(await ended(job)).toMatchObject(systemFailure);
    expect(job.trace.toString()).toMatch(/no node took the Pod within 30 s: .*nodes are available: .*Insufficient cpu/);
  });

  it('an image cannot be pulled: the warning of the kubelet is shown', async () => {
    const job = hand(['true'], {}, { image: { name: '127.0.0.1:5000/there-is-none:1' } });
    expect(await ended(job)).toMatchObject({ state: 'failed', failure_reason: 'image_pull_failure' });
    expect(job.trace.toString()).toMatch(/WARNING: Event of pod \S+: Failed: Failed to pull image/);
  });

  it('the node is lost', async () => {
    const { api, namespace } = environment();
    const [lost, removed] = [hand(talking), hand(talking)] as const;
    const name = await begun(lost);
    await environment().deletePod(await begun(removed));
    const pod = await api.readNamespacedPod({ name, namespace });
    const message = 'Node n which was running pod p is unresponsive';
    Object.assign(pod.status ?? {}, { phase: 'Failed', reason: 'NodeLost', message });
    await api.replaceNamespacedPodStatus({ name, namespace, body: pod });
    expect(await ended(lost)).toMatchObject(systemFailure);
    expect(lost.trace.toString()).toContain(`the Pod ended: NodeLost: ${message}`);
    expect(await ended(removed)).toMatchObject(systemFailure);
    expect(removed.trace.toString()).toContain('the Pod was deleted while the job was running');
  });

  it('the job takes too long', async () => {
    const job = hand(talking, {}, { runner_info: { timeout: 5 } });
    expect(await ended(job)).toMatchObject({ state: 'failed', failure_reason: 'job_execution_timeout' });
  });

  it('the API is away for a while: nothing of the job is lost', async () => {
    const job = hand(['echo begun', 'i=0; while [ $i -lt 40 ]; do echo "line $i"; i=$((i+1)); sleep 0.5; done']);
    await begun(job);
    environment().proxy.sever();
    await sleep(10_000);
    environment().proxy.restore();
    expect(await ended(job)).toMatchObject({ state: 'success' });
    const lines = job.trace.toString().match(/^line \d+$/gm);
    expect(lines).toEqual(Array.from({ length: 40 }, (_, i) => `line ${i}`));
  });

  it('the API is away before the job begins', async () => {
    environment().proxy.sever();
    try {
      const job = hand(['true']);
      expect(await ended(job)).toMatchObject(systemFailure);
      expect(job.trace.toString()).toMatch(/Job failed \(system failure\): .*127\.0\.0\.1/);
      expect(job.trace.toString()).toContain('Hint: check that the Kubernetes API is up');
    } finally {
      environment().proxy.restore();
    }
  });

  it('the API goes away and does not come back in time: the Pod is swept once it does', async () => {
    const { proxy, api, namespace, image } = environment();
    const services = [{ name: image, alias: 'web', command: ['sleep', '600'], ports: [{ number: 80, name: 'web' }] }];
    const job = hand(talking, {}, { runner_info: { timeout: 15 }, services });
    const left = async (): Promise<unknown[]> => {
      const { items } = await api.listNamespacedService({ namespace });
      return [...(await environment().leftovers()), ...items.map(({ metadata }) => metadata?.name)];
    };
    const pod = await begun(job);
    proxy.sever();
    try {
      expect(await ended(job)).toMatchObject(systemFailure);
      expect(job.trace.toString()).toContain('its Pod could not be reached to see why');
      expect(job.trace.toString()).toMatch(/WARNING: Pod \S+ could not be deleted/);
      expect(await left()).toEqual([pod, `${pod}-job`, expect.stringMatching(/^web-/)]);
    } finally {
      proxy.restore();
    }
    await expect.poll(left, { timeout: 450_000, interval: 500 }).toEqual([]);
    expect(io.stderr.text).toMatch(new RegExp(`removed a Pod that was left behind {2}.*pod=${pod}`));
  });

  it('a volume cannot be mounted: the warning is shown while the Pod waits', async () => {
    writeFileSync(join(folder, 'config.toml'), `${config}\n${missingVolume}`);
    io.signal('SIGHUP');
    await expect.poll(() => io.stderr.text.match(/configuration loaded/g)?.length, patience).toBe(2);
    const job = hand(['true']);
    await expect.poll(() => job.trace.toString(), patience).toMatch(/Event of pod \S+: FailedMount: .*not-there/);
    expect(job.status).toBe('running');
    expect(await ended(job)).toMatchObject(systemFailure);
    // The kubelet words one cause in several ways; each is told once.
    const told = job.trace.toString().match(/Event of pod .*/g) ?? [];
    expect(told).toEqual([...new Set(told)]);
  });
});

const missingVolume = `[[runners.kubernetes.volumes.config_map]]
  name = "not-there"
  mount_path = "/x"`;
