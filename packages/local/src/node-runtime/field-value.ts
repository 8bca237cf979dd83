import type { ObjectFieldSelector, Pod } from 'kubernetes-types/core/v1.js';

/** The address of every Pod, and of the node: the network is the host's. */
export const podAddress = '127.0.0.1';

/** The one node's name. */
export const nodeName = 'local';

/**
 * Reads a field of a Pod for the downward API, as text.
 * @throws Error naming a path that the downward API does not have
 */
export function fieldValue(pod: Pod, { fieldPath }: ObjectFieldSelector): string {
  const { metadata = {}, spec } = pod;
  const entry = /^metadata\.(labels|annotations)\['([^']{1,317})'\]$/.exec(fieldPath);
  if (entry) return (entry[1] === 'labels' ? metadata.labels : metadata.annotations)?.[entry[2] ?? ''] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return nodeName;
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.podIP':
    case 'status.podIPs':
      return podAddress;
    default:
      throw new Error(`unsupported fieldPath: ${fieldPath}`);
  }
}

function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
