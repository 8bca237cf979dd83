import { ClusterApiError, ConnectionLostError, type ExecOptions, type Pod } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { FakeCluster, type FakeClusterBehaviour } from './fake-cluster.ts';
import type { FakePod } from './fake-pod.ts';
import { buildPod } from './prepared-job.ts';

const { signal } = new AbortController();
const aborted = AbortSignal.abort();
const target = { namespace: 'ci', pod: 'p', container: 'build' };

describe('Pods', () => {
  it('run by default, and their watchers are told each state', async () => {
    const cluster = new FakeCluster();
    const watch = await watched(cluster);
    await cluster.createPod(await aPod(), signal);
    expect((await watch.next()).status?.phase).toBe('Pending');
    const running = await watch.next();
    expect(running.status?.containerStatuses?.map(({ name, state }) => [name, Boolean(state?.running)])).toEqual([
      ['helper', true],
      ['build', true],
    ]);
    expect(running.metadata?.uid).toBe('uid-1');
  });

  it.each<[string, (pod: FakePod) => void, object]>([
    [
      'wait for an image',
      (pod) => pod.wait('build', 'ErrImagePull', 'not found'),
      {
        phase: 'Pending',
        containerStatuses: [{}, { state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }],
      },
    ],
    [
      'lose a container',
      (pod) => pod.terminate('helper', 'OOMKilled', 137),
      { phase: 'Running', containerStatuses: [{ state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }, {}] },
    ],
    [
      'are evicted',
      (pod) => pod.end('Failed', 'Evicted', 'disk'),
      { phase: 'Failed', reason: 'Evicted', message: 'disk' },
    ],
    [
      'find no node',
      (pod) => pod.unschedulable('0/1 nodes'),
      { phase: 'Pending', conditions: [{ reason: 'Unschedulable', message: '0/1 nodes' }] },
    ],
  ])('%s when the test says so', async (_, created, status) => {
    const cluster = new FakeCluster({ created });
    const watch = await watched(cluster);
    await cluster.createPod(await aPod(), signal);
    await watch.next();
    expect((await watch.next()).status).toMatchObject(status);
  });

  it('are refused under a name that is taken, and deleted with what they own', async () => {
    const cluster = new FakeCluster();
    const { metadata } = await cluster.createPod(await aPod(), signal);
    await expect(cluster.createPod(await aPod(), signal)).rejects.toThrow(ClusterApiError);

    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: metadata?.uid ?? '' }];
    await cluster.createSecret({ metadata: { namespace: 'ci', name: 'owned', ownerReferences } }, signal);
    await cluster.createSecret({ metadata: { namespace: 'ci', name: 'free' } }, signal);
    await expect(cluster.createSecret({ metadata: { namespace: 'ci', name: 'free' } }, signal)).rejects.toThrow(
      /exists/,
    );

    await cluster.deletePod('ci', 'p', signal);
    await expect(cluster.deletePod('ci', 'p', signal)).resolves.toBeUndefined();
    expect({ pods: cluster.pods, secrets: [...cluster.secrets.keys()] }).toEqual({ pods: [], secrets: ['ci/free'] });
  });

  it('tell a watcher that they exist already, that they are deleted, and nothing once it has closed', async () => {
    const cluster = new FakeCluster({ created: () => undefined });
    await cluster.createPod(await aPod(), signal);
    const told: (string | undefined)[] = [];
    const onChange = (pod: Pod | undefined) => void told.push(pod?.metadata?.name);
    const watch = await cluster.watchPod('ci', 'p', { onChange, onError: () => undefined }, signal);
    await cluster.deletePod('ci', 'p', signal);
    watch.close();
    await cluster.createPod(await aPod(), signal);
    expect(told).toEqual(['p', undefined]);
  });

  it('tell once that their watches cannot be kept up', async () => {
    const cluster = new FakeCluster({ created: () => undefined });
    await cluster.createPod(await aPod(), signal);
    const errors: string[] = [];
    const listener = { onChange: () => undefined, onError: (error: Error) => void errors.push(error.message) };
    await cluster.watchPod('ci', 'p', listener, signal);
    const [pod] = cluster.pods;
    pod?.failWatches(new Error('refused'));
    pod?.failWatches(new Error('refused again'));
    expect(errors).toEqual(['refused']);
  });

  it('have the warnings that the test gave them', async () => {
    const warning = { reason: 'FailedMount', message: 'no such Secret', count: 2 };
    const cluster = new FakeCluster({ created: () => undefined });
    await cluster.createPod(await aPod(), signal);
    cluster.pods[0]?.warnings.push(warning);
    expect(await cluster.podWarnings('ci', 'p', signal)).toEqual([warning]);
  });
});

describe('exec', () => {
  it('sends what the test answers, and its exit code', async () => {
    const cluster = await withPod({
      exec: async ({ command, stdout, stderr }) => {
        await stdout(`ran ${command.join(' ')}`);
        await stderr(Uint8Array.of(33));
        return 3;
      },
    });
    const output: string[] = [];
    const keep = (chunk: Uint8Array) => void output.push(Buffer.from(chunk).toString());
    expect(await cluster.exec(target, ['ls', '-l'], { signal, onStdout: keep, onStderr: keep })).toBe(3);
    expect(output).toEqual(['ran ls -l', '!']);
  });

  it.each<[string, (cluster: FakeCluster, stop: AbortController) => unknown]>([
    ['the Pod is deleted', (cluster) => cluster.deletePod('ci', 'p', signal)],
    ['it is aborted', (_, stop) => stop.abort()],
  ])('loses its connection when %s', async (_, end) => {
    const cluster = await withPod({ exec: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const running = cluster.exec(target, ['sleep'], { signal: stop.signal });
    setImmediate(() => void end(cluster, stop));
    await expect(running).rejects.toThrow(ConnectionLostError);
  });

  it('is refused without a Pod, and where the test does not answer', async () => {
    const options: ExecOptions = { signal };
    await expect(new FakeCluster().exec(target, ['ls'], options)).rejects.toMatchObject({ status: 404 });
    await expect((await withPod({})).exec(target, ['ls'], options)).rejects.toThrow(ClusterApiError);
  });
});

describe('requests', () => {
  it('are counted, and fail as the test says', async () => {
    const cluster = new FakeCluster({
      request: ({ method }) => {
        if (method === 'createPod') throw new ClusterApiError('quota', 403, 'Forbidden');
      },
    });
    await expect(cluster.createPod(await aPod(), signal)).rejects.toThrow('quota');
    await cluster.deletePod('ci', 'p', signal);
    expect(cluster.requests).toEqual([
      { method: 'createPod', namespace: 'ci', name: 'p' },
      { method: 'deletePod', namespace: 'ci', name: 'p' },
    ]);
    expect(cluster.pods).toEqual([]);
  });

  it('are not made once aborted', async () => {
    const cluster = new FakeCluster();
    await expect(cluster.deletePod('ci', 'p', aborted)).rejects.toThrow(/aborted/);
    expect(cluster.requests).toEqual([]);
  });
});

async function aPod(): Promise<Pod> {
  const { pod } = await buildPod({ plugins: [] });
  return { ...pod, metadata: { namespace: 'ci', name: 'p' } };
}

async function withPod(behaviour: FakeClusterBehaviour): Promise<FakeCluster> {
  const cluster = new FakeCluster(behaviour);
  await cluster.createPod(await aPod(), signal);
  return cluster;
}

/** The states that a watch tells, one after the other. */
async function watched(cluster: FakeCluster): Promise<{ next(): Promise<Pod> }> {
  const states: Pod[] = [];
  let wake: () => void = () => undefined;
  const onChange = (pod: Pod | undefined) => {
    if (pod) states.push(pod);
    wake();
  };
  await cluster.watchPod('ci', 'p', { onChange, onError: () => undefined }, signal);
  return {
    async next() {
      for (let state = states.shift(); ; state = states.shift()) {
        if (state) return state;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
