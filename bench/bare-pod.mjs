import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/**
 * The least that anything costs on a cluster: one container that prints a line, and a look at its log.
 * @param containers their names; all do the same, and the log of the first is read
 * @param pause milliseconds between two looks
 * @returns milliseconds from the start of create: `first` until the log is read, `gone` until the Pod is deleted
 */
export async function barePod(api, namespace, image, containers = ['build'], pause = 20) {
  const name = `bare-${randomBytes(4).toString('hex')}`;
  const start = performance.now();
  const command = ['sh', '-c', 'echo first line; sleep 600'];
  const spec = {
    containers: containers.map((container) => ({ name: container, image, command })),
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
  };
  await api.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
  let log = '';
  while (!log.includes('first line')) {
    log = await api.readNamespacedPodLog({ name, namespace, container: containers[0] }).catch(() => '');
    await setTimeout(pause);
  }
  const first = performance.now() - start;
  await api.deleteNamespacedPod({ name, namespace });
  return { first, gone: performance.now() - start };
}

/** A namespace of its own in which Pods can be made: they need its default service account. */
export async function makeNamespace(api) {
  const namespace = `podwright-bench-${randomBytes(4).toString('hex')}`;
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  for (;;) {
    const account = await api.readNamespacedServiceAccount({ name: 'default', namespace }).catch(() => undefined);
    if (account && (account.secrets?.length ?? 1) > 0) return namespace;
    await setTimeout(100);
  }
}
