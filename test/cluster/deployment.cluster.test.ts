import { readFileSync } from 'node:fs';
import { AppsV1Api, KubeConfig, KubernetesObjectApi, type V1Deployment } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FakeGitLab, type FakeJob } from '../../packages/gitlab/src/test-kit/fake-gitlab.ts';
import { noCluster, realCluster, settings, type RealCluster } from '../support/real-cluster.ts';

const patience = { timeout: 60_000, interval: 100 };
const { runnerImage, host } = settings;
const reason =
  noCluster || (runnerImage && host ? '' : 'skipped: PODWRIGHT_TEST_RUNNER_IMAGE or PODWRIGHT_TEST_HOST is not set');
const selector = 'app.kubernetes.io/name=podwright';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [member: string]: unknown;
}

function manifest(name: string): Manifest {
  return parse(readFileSync(new URL(`../../deploy/kustomize/${name}.yaml`, import.meta.url), 'utf8')) as Manifest;
}

/** The Deployment of deploy/kustomize at work in a namespace of its own. */
describe.skipIf(reason)(`deploy/kustomize on a real cluster${reason && ` (${reason})`}`, () => {
  let environment: RealCluster;
  let gitlab: FakeGitLab;
  let apps: AppsV1Api;

  beforeAll(async () => {
    environment = await realCluster();
    gitlab = await FakeGitLab.start(host);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(process.env['KUBECONFIG'] ?? '');
    apps = kubeConfig.makeApiClient(AppsV1Api);
    const objects = KubernetesObjectApi.makeApiClient(kubeConfig);
    const { namespace } = environment;
    const binding = manifest('role-binding');
    for (const subject of binding['subjects'] as { namespace?: string }[]) subject.namespace = namespace;
    const deployment = manifest('deployment');
    const [container] = (deployment as unknown as V1Deployment).spec?.template.spec?.containers ?? [];
    if (container !== undefined && runnerImage !== undefined) container.image = runnerImage;
    const all = [manifest('service-account'), manifest('role'), binding, secret('first'), deployment];
    for (const object of all) await objects.create({ ...object, metadata: { ...object.metadata, namespace } });
  });
  afterAll(async () => {
    await environment.close();
    await gitlab.close();
  });

  function secret(from: string): Manifest {
    const config = `check_interval = 1
      [[runners]]
      name = "ci"
      url = "${gitlab.url}"
      token = "${gitlab.runnerToken}"
      environment = ["FROM=${from}"]
      [runners.kubernetes]
      namespace = "${environment.namespace}"
      image = "${settings.image}"
      helper_image = "${settings.helperImage}"`;
    const metadata = { name: 'podwright-config' };
    return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { 'config.toml': config } };
  }

  async function pods() {
    const { namespace } = environment;
    return (await environment.api.listNamespacedPod({ namespace, labelSelector: selector })).items;
  }

  /** Names of the Pods that ask for jobs. */
  async function ready(): Promise<string[]> {
    return (await pods())
      .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      .map(({ metadata }) => metadata?.name ?? '');
  }

  async function leaving(): Promise<string[]> {
    const gone = (await pods()).filter(({ metadata }) => metadata?.deletionTimestamp !== undefined);
    return gone.map(({ metadata }) => metadata?.name ?? '');
  }

  const ended = (job: FakeJob) => expect.poll(() => job.status, patience);
  const systemIds = () =>
    gitlab.seen
      .filter(({ path }) => path === '/api/v4/jobs/request')
      .map(({ body }) => (JSON.parse(body.toString()) as { system_id: string }).system_id);

  it('becomes ready, and runs a job with the rights of its service account', async () => {
    await expect.poll(ready, patience).toHaveLength(1);
    const job = gitlab.hand(['echo "from $FROM"']);
    await ended(job).toBe('success');
    expect(job.trace.toString()).toContain('from first\n');
    expect(new Set(systemIds()).size).toBe(1);
  });

  it('puts a changed Secret to work without a restart', async () => {
    const { api, namespace } = environment;
    const [name = ''] = await ready();
    await api.replaceNamespacedSecret({ name: 'podwright-config', namespace, body: secret('second') });
    // The kubelet looks at its Secrets about once a minute, and when the Pod changes.
    const body = await api.readNamespacedPod({ name, namespace });
    if (body.metadata) body.metadata.annotations = { ...body.metadata.annotations, 'example.com/changed': 'true' };
    await api.replaceNamespacedPod({ name, namespace, body });
    const log = async () => api.readNamespacedPodLog({ name, namespace });
    await expect
      .poll(async () => (await log()).split('configuration loaded').length - 1, { timeout: 100_000, interval: 500 })
      .toBe(2);
    const job = gitlab.hand(['echo "from $FROM"']);
    await ended(job).toBe('success');
    expect(job.trace.toString()).toContain('from second\n');
    expect(await log()).not.toContain(gitlab.runnerToken);
  });

  it('lets a running job come to its end while the next one takes over', { timeout: 300_000 }, async () => {
    const [old = ''] = await ready();
    const running = gitlab.hand(['echo begun', 'for i in $(seq 60); do sleep 0.5; echo again; done', 'echo end']);
    await expect.poll(() => running.trace.toString(), patience).toContain('begun\n');
    const { namespace } = environment;
    const deployment = await apps.readNamespacedDeployment({ name: 'podwright', namespace });
    const template = deployment.spec?.template;
    if (template?.metadata) template.metadata.annotations = { ...template.metadata.annotations, restarted: 'now' };
    await apps.replaceNamespacedDeployment({ name: 'podwright', namespace, body: deployment });
    await expect.poll(leaving, patience).toEqual([old]);
    const next = gitlab.hand(['true']);
    await ended(next).toBe('success');
    expect(running.status).toBe('running');
    await ended(running).toBe('success');
    expect(running.trace.toString()).toContain('end\n');
    // The kubelet takes its time to forget a Pod.
    await expect.poll(async () => (await pods()).length, { timeout: 120_000, interval: 500 }).toBe(1);
    expect(new Set(systemIds()).size).toBe(2);
  });
});
