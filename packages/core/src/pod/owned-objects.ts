import { dnsLabel } from '../job/names.ts';
import type { Secret, Service } from '../kubernetes.ts';
import type { SecretDraft, ServiceDraft } from './draft.ts';
import { podLabel } from './labels.ts';

/**
 * As text: the API encodes it itself, and the request is a third smaller. Immutable: a kubelet that has read it once does
 * not watch it for as long as the Pod lives.
 */
export function toSecret(
  pod: { name: string; namespace: string; labels: Record<string, string> },
  draft: SecretDraft,
): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName(pod.name, draft.suffix), namespace: pod.namespace, labels: pod.labels },
    type: draft.type ?? 'Opaque',
    immutable: true,
    stringData: draft.data,
  };
}

/** The name of a Secret of a Pod. */
export function secretName(podName: string, suffix: string): string {
  return `${podName}-${suffix}`;
}

/** Found by the label that only this Pod has. */
export function toService(
  pod: { name: string; namespace: string; labels: Record<string, string> },
  { key, ports }: ServiceDraft,
): Service {
  const random = pod.name.slice(-8);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${dnsLabel(key).slice(0, 54)}-${random}`, namespace: pod.namespace, labels: pod.labels },
    spec: {
      type: 'ClusterIP',
      selector: { [podLabel]: pod.name },
      ports: ports.map(({ number, name }) => ({ port: number, targetPort: number, name })),
    },
  };
}
