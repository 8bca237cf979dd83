import { KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { nothingLeft } from '../support/nothing-left.ts';
import { realCluster, type RealCluster } from '../support/real-cluster.ts';
import { startJob } from '../support/start-job.ts';

describeOnCluster('who and where', (environment) => {
  /** A second namespace; jobs begin in the first one. */
  let other: RealCluster;
  beforeAll(async () => {
    other = await realCluster();
    await makeServiceAccount(other, 'ci-builder');
  });
  afterAll(() => other.close());
  afterEach(() => nothingLeft(environment(), other));

  it('runs in the namespace that the job chooses', async () => {
    const job = startJob(environment(), {
      script: [`echo "in $(cat ${mounted}/namespace)"`],
      toml: 'namespace_overwrite_allowed = "podwright-test-.*"',
      variables: [namespaceOverwrite(other.namespace)],
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain(`namespace is "${other.namespace}", set by KUBERNETES_NAMESPACE_OVERWRITE`);
    expect(job.trace()).toContain(`Using Kubernetes namespace: ${other.namespace}`);
    expect(job.trace()).toContain(`in ${other.namespace}\n`);
  });

  it('runs in the configured namespace when the job may not choose', async () => {
    const job = startJob(environment(), {
      script: [`echo "in $(cat ${mounted}/namespace)"`],
      toml: `namespace = "${other.namespace}"`,
      variables: [namespaceOverwrite(environment().namespace)],
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('is ignored: namespace_overwrite_allowed is not set');
    expect(job.trace()).toContain(`in ${other.namespace}\n`);
  });

  it('says that the namespace does not exist', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: 'namespace_overwrite_allowed = ".*"',
      variables: [namespaceOverwrite('podwright-test-nowhere')],
    });
    expect(await job.result).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('namespaces "podwright-test-nowhere" not found'),
      hint: expect.stringContaining('create the namespace'),
    });
  });

  it('asks the cluster for nothing when the namespace is refused', async () => {
    const before = environment().requests.length;
    const job = startJob(environment(), {
      script: ['true'],
      toml: 'namespace_overwrite_allowed = "ci-.*"',
      variables: [namespaceOverwrite('kube-system-ci-x')],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('"kube-system-ci-x", but this runner allows only what matches "ci-.*"'),
    });
    expect(environment().requests).toHaveLength(before);
  });

  it('gives the Pod the service account that the job chooses', async () => {
    const job = startJob(environment(), {
      // The middle part of the token says whose it is.
      script: [`echo "as $(cut -d. -f2 ${mounted}/token)"`, 'echo started', 'sleep 2'],
      toml: `namespace = "${other.namespace}"\nservice_account_overwrite_allowed = "ci-.*"`,
      variables: [{ key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'ci-builder', public: true }],
    });
    const name = await job.seen('started\n');
    const pod = await other.api.readNamespacedPod({ name, namespace: other.namespace });
    expect(pod.spec?.serviceAccountName).toBe('ci-builder');
    expect(await job.result).toEqual({ state: 'success' });
    expect(ownerOf(job.trace())).toBe(`system:serviceaccount:${other.namespace}:ci-builder`);
  });

  it('says that the service account does not exist', async () => {
    const job = startJob(environment(), { script: ['true'], toml: 'service_account = "nobody"' });
    expect(await job.result).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/serviceaccount "nobody" not found/),
    });
  });

  it("runs with the job's token all the way, and not beyond what it may do", async () => {
    const token = await tokenOf(other, 'ci-builder');
    const options = {
      script: ['echo "it is $KUBERNETES_BEARER_TOKEN"'],
      toml: 'namespace_overwrite_allowed = ".*"\nbearer_token_overwrite_allowed = true',
    };
    const tokenVariable = { key: 'KUBERNETES_BEARER_TOKEN', value: token, public: true };
    const there = startJob(environment(), {
      ...options,
      variables: [tokenVariable, namespaceOverwrite(other.namespace)],
    });
    expect(await there.result).toEqual({ state: 'success' });
    expect(there.trace()).toContain('the token for the Kubernetes API is set by KUBERNETES_BEARER_TOKEN');
    expect(there.trace()).toContain('it is [MASKED]');
    expect(there.trace()).not.toContain(token);

    const here = startJob(environment(), { ...options, variables: [tokenVariable] });
    expect(await here.result).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(
        `pods is forbidden: User "system:serviceaccount:${other.namespace}:ci-builder" cannot list resource "pods"`,
      ),
      hint: expect.stringContaining('grant'),
    });
    expect(here.trace()).not.toContain(token);
  });

  it('says that the token is refused', async () => {
    const job = startJob(environment(), {
      script: ['true'],
      toml: 'bearer_token_overwrite_allowed = true',
      variables: [{ key: 'KUBERNETES_BEARER_TOKEN', value: 'nobody-s-token' }],
    });
    expect(await job.result).toMatchObject({ state: 'failed', message: expect.stringContaining('Unauthorized') });
    expect(job.trace()).not.toContain('nobody-s-token');
  });
});

/** Where Kubernetes puts a service account's token. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

function namespaceOverwrite(value: string) {
  return { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value, public: true };
}

/** A service account that may do in its own namespace what a job needs, and nothing else. */
async function makeServiceAccount({ api, namespace }: RealCluster, name: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const metadata = { name };
  await api.createNamespacedServiceAccount({ namespace, body: { metadata } });
  // Needed since Kubernetes 1.24; before that there are two.
  await api.createNamespacedSecret({
    namespace,
    body: {
      metadata: { name: `${name}-for-test`, annotations: { 'kubernetes.io/service-account.name': name } },
      type: 'kubernetes.io/service-account-token',
    },
  });
  const rules = [
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  ];
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  });
}

/** Waits until the controller manager has made it. */
async function tokenOf({ api, namespace }: RealCluster, account: string): Promise<string> {
  let token: string | undefined;
  await expect
    .poll(
      async () => {
        const secret = await api.readNamespacedSecret({ namespace, name: `${account}-for-test` });
        token = secret.data?.['token'];
        return token;
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBeDefined();
  return Buffer.from(token ?? '', 'base64').toString();
}

/** Reads the payload of a JSON Web Token that a job has printed. */
function ownerOf(trace: string): unknown {
  const [, payload = ''] = /^as ([\w-]+)$/m.exec(trace) ?? [];
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub?: unknown }).sub;
}
