import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/**
 * The least that anything costs on a cluster: one container that prints a line, and a look at its log.
 * @returns milliseconds from the start of create: `first` until the log is read, `gone` until the Pod is deleted
 */
export async function barePod(api, namespace, image) {
  const name = `bare-${randomBytes(4).toString('hex')}`;
  const start = performance.now();
  const container = { name: 'build', image, command: ['sh', '-c', 'echo first line; sleep 60'] };
  const spec = { containers: [container], restartPolicy: 'Never', terminationGracePeriodSeconds: 0 };
  await api.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
  let log = '';
  while (!log.includes('first line')) {
    log = await api.readNamespacedPodLog({ name, namespace }).catch(() => '');
    await setTimeout(20);
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
