import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { FakeGitLab, type FakeJob } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import type { RealCluster } from '../support/real-cluster.ts';

const main = fileURLToPath(new URL('../../packages/runner/bundle/main.js', import.meta.url));
const patience = { timeout: 60_000, interval: 100 };
/** A killed daemon counts as dead after two minutes, and its Pods are no longer young; then comes the second sweep. */
const untilSwept = { timeout: 200_000, interval: 500 };
vi.setConfig({ testTimeout: 300_000 });

/** A daemon in a process of its own, which can be killed. */
class DaemonProcess {
  log = '';
  private readonly child: ChildProcess;

  constructor(folder: string) {
    const args = [main, 'run', '--kubeconfig', process.env['KUBECONFIG'] ?? ''];
    this.child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
  }
}

function configure(folder: string, gitlab: FakeGitLab, { namespace, image, helperImage }: RealCluster): void {
  const config = `check_interval = 1
    concurrent = 4
    [[runners]]
    name = "ci"
    url = "${gitlab.url}"
    token = "${gitlab.runnerToken}"
    [runners.kubernetes]
    namespace = "${namespace}"
    image = "${image}"
    helper_image = "${helperImage}"`;
  writeFileSync(join(folder, 'config.toml'), config);
}

async function podOf(job: FakeJob, { api, namespace }: RealCluster): Promise<string> {
  const labelSelector = `podwright/job=${job.id}`;
  const { items } = await api.listNamespacedPod({ namespace, labelSelector });
  return items[0]?.metadata?.name ?? '';
}

describeOnCluster('the sweep', (environment) => {
  it('removes what a killed daemon left, and nothing of others', async () => {
    const cluster = environment();
    const { api, namespace } = cluster;
    const gitlab = await FakeGitLab.start();
    const [folder, elsewhere] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'podwright-test-'))) as [string, string];
    const daemons: DaemonProcess[] = [];
    const start = (at: string): DaemonProcess => {
      daemons.push(new DaemonProcess(at));
      return daemons.at(-1) as DaemonProcess;
    };
    const talking = ['echo begun', 'while sleep 0.5; do echo again; done'];
    const long = { runner_info: { timeout: 600 } };
    const begin = async (): Promise<FakeJob> => {
      const job = gitlab.hand(talking, long);
      await expect.poll(() => job.trace.toString(), patience).toContain('begun\n');
      return job;
    };
    try {
      configure(folder, gitlab, cluster);
      configure(elsewhere, gitlab, cluster);
      const killed = start(folder);
      const orphaned = await podOf(await begin(), cluster);
      await killed.end('SIGKILL');
      const systemId = readFileSync(join(folder, '.runner_system_id'), 'utf8');
      const lives = join(folder, '.podwright_lives');
      const life = readdirSync(lives)[0] ?? '';
      // As if it had died before it made the Secret.
      const labels = { 'app.kubernetes.io/managed-by': 'podwright', 'podwright/manager': systemId };
      const volume = { name: 'job', projected: { sources: [{ secret: { name: 'never-made' } }] } };
      const container = { name: 'build', image: cluster.image, volumeMounts: [{ name: 'job', mountPath: '/job' }] };
      const spec = { containers: [container], volumes: [volume], activeDeadlineSeconds: 10_000 };
      const halfMade = { name: 'half-made', labels: { ...labels, 'podwright/life': life, 'podwright/job': '99' } };
      await api.createNamespacedPod({ namespace, body: { metadata: halfMade, spec } });

      const neighbour = start(elsewhere);
      const ofNeighbour = await begin();
      await expect.poll(() => neighbour.log, patience).toContain('job started');
      await neighbour.end('SIGKILL');
      const successor = start(folder);
      const ofSuccessor = await begin();
      const kept = [await podOf(ofNeighbour, cluster), await podOf(ofSuccessor, cluster)];
      expect(await cluster.leftovers()).toEqual(expect.arrayContaining([orphaned, 'half-made', ...kept]));

      const expected = [...kept, ...kept.map((name) => `${name}-job`)].toSorted();
      await expect.poll(async () => (await cluster.leftovers()).toSorted(), untilSwept).toEqual(expected);
      expect(successor.log).toMatch(new RegExp(`removed a Pod that was left behind {2}job=1 pod=${orphaned} `));
      expect(successor.log).toMatch(/removed a Pod that was left behind {2}job=99 pod=half-made/);
      expect(successor.log).not.toContain(kept[0]);
      expect(ofSuccessor.status).toBe('running');
      ofSuccessor.status = 'canceled';
      await expect.poll(() => successor.log, patience).toContain('job ended');
      await api.deleteNamespacedPod({ namespace, name: kept[0] ?? '', gracePeriodSeconds: 0 });
    } finally {
      for (const daemon of daemons) await daemon.end('SIGTERM');
      await gitlab.close();
      for (const at of [folder, elsewhere]) rmSync(at, { recursive: true, force: true });
    }
  });
});
