import { randomUUID } from 'node:crypto';
import { kubeTime } from './kube-object.ts';
import { namespaces, serviceAccounts } from './resources/resources.ts';
import type { Store } from './store.ts';

/** Makes a namespace without being asked by a client. */
export function addNamespace(store: Store, name: string): void {
  store.add(namespaces, {
    ...newObject('Namespace', name),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
}

/** Every namespace has an account that its Pods use. It has no token: Pods here are not given access to the API. */
export function addServiceAccount(store: Store, namespace: string): void {
  const account = newObject('ServiceAccount', 'default');
  store.add(serviceAccounts, { ...account, metadata: { ...account.metadata, namespace } });
}

function newObject(kind: string, name: string) {
  return { apiVersion: 'v1', kind, metadata: { name, uid: randomUUID(), creationTimestamp: kubeTime() } };
}
