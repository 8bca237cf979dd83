import type { Pod } from '@podwright/core';
import type { ApiClient } from './api-client.ts';
import { unwrap } from './outcome.ts';
import { repeat } from './repeat.ts';
import type { ClusterTiming } from './timing.ts';

interface PodPage {
  readonly items?: readonly Pod[];
  readonly metadata?: { readonly continue?: string };
}

const pageSize = '500';

/** Which Pods: each label with this value, in one namespace. */
export interface PodQuery {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** All Pods that are there now, read page by page. */
export async function listPods(
  api: ApiClient,
  { namespace, labels }: PodQuery,
  timing: ClusterTiming,
  signal: AbortSignal,
): Promise<Pod[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods: Pod[] = [];
  let next = '';
  do {
    const query = { labelSelector, limit: pageSize, ...(next !== '' && { continue: next }) };
    const request = { verb: 'list', resource: 'pods', namespace, query } as const;
    const page = unwrap(await repeat('read', () => api.send<PodPage>(request, signal), timing, signal));
    pods.push(...(page.items ?? []));
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return pods;
}
