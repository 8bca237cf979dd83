import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CoreV1Api } from '@kubernetes/client-node';
import { vi } from 'vitest';
import { defaultPaths } from './environment.ts';
import { kubeEnvironment, type KubeEnvironment } from './kube-environment.ts';

const kubeconfig = process.env['KUBECONFIG'];

/** Why the tests against a real cluster cannot run here; empty when they can. */
export const noCluster: string =
  kubeconfig !== undefined && existsSync(kubeconfig)
    ? ''
    : 'skipped: KUBECONFIG names no file, so there is no cluster to test against';

/** Settings of the suite; CONTRIBUTING.md explains them. */
export const settings = {
  image: process.env['PODWRIGHT_TEST_IMAGE'] ?? 'debian:bookworm-slim',
  helperImage:
    process.env['PODWRIGHT_TEST_HELPER_IMAGE'] ??
    'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-latest',
  busyboxImage: process.env['PODWRIGHT_TEST_BUSYBOX_IMAGE'] ?? 'busybox:1.36',
  noShellImage: process.env['PODWRIGHT_TEST_NOSHELL_IMAGE'] ?? 'registry.k8s.io/pause:3.10',
  /** Of packages/runner/Dockerfile. */
  runnerImage: process.env['PODWRIGHT_TEST_RUNNER_IMAGE'],
  privateImage: process.env['PODWRIGHT_TEST_PRIVATE_IMAGE'],
  registryUser: process.env['PODWRIGHT_TEST_REGISTRY_USER'] ?? '',
  registryPassword: process.env['PODWRIGHT_TEST_REGISTRY_PASSWORD'] ?? '',
  host: process.env['PODWRIGHT_TEST_HOST'],
};

export type RealCluster = KubeEnvironment;

/** A namespace of its own on the cluster that KUBECONFIG names. */
export async function realCluster(): Promise<RealCluster> {
  const namespace = `podwright-test-${randomBytes(4).toString('hex')}`;
  const environment = await kubeEnvironment({
    name: 'a real cluster',
    kubeconfig: kubeconfig ?? '',
    namespace,
    image: settings.image,
    helperImage: settings.helperImage,
    paths: () => defaultPaths,
    killContainer: (pod, container) => killOnThisNode(environment.api, namespace, pod, container),
  });
  const { api } = environment;
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  // Pods are refused until the controller manager has made the namespace's default service account.
  for (let found = false; !found;) {
    found = await api.readNamespacedServiceAccount({ name: 'default', namespace }).then(
      (account) => (account.secrets?.length ?? 1) > 0,
      () => false,
    );
    if (!found) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    ...environment,
    async close() {
      await api.deleteNamespace({ name: namespace });
      await environment.close();
    },
  };
}

/** Finds the container's main process on this machine, which must be the node, and kills it. */
async function killOnThisNode(api: CoreV1Api, namespace: string, name: string, container: string): Promise<void> {
  const id = await vi.waitFor(() => containerId(api, namespace, name, container), { timeout: 10_000, interval: 100 });
  const main = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .find((pid) => read(`/proc/${pid}/cgroup`).includes(id) && /^NSpid:\s+\d+\s+1$/m.test(read(`/proc/${pid}/status`)));
  if (main === undefined) throw new Error(`container ${container} does not run on this machine`);
  process.kill(Number(main), 'SIGKILL');
}

/** The log of a container can be read before its id stands in the Pod's status. */
async function containerId(api: CoreV1Api, namespace: string, name: string, container: string): Promise<string> {
  const pod = await api.readNamespacedPod({ name, namespace });
  const status = pod.status?.containerStatuses?.find((c) => c.name === container);
  const id = status?.containerID?.replace(/^.*:\/\//, '');
  if (!id) throw new Error(`container ${container} has no id yet`);
  return id;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
