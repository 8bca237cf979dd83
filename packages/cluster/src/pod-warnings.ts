import type { PodWarning } from '@podwright/core';
import type { ApiClient } from './api-client.ts';
import { unwrap } from './outcome.ts';
import { repeat } from './repeat.ts';
import type { ClusterTiming } from './timing.ts';

/** The parts of an Event (core/v1) that are used; all may be missing. */
export interface EventObject {
  readonly type?: string;
  readonly involvedObject?: { readonly kind?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly eventTime?: string | null;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
}

/** More than enough: the kubelet folds repeated events into one. */
const eventLimit = '200';

/** The Warning events of a Pod, the one that was last seen first at the end. */
export async function podWarnings(
  api: ApiClient,
  namespace: string,
  name: string,
  timing: ClusterTiming,
  signal: AbortSignal,
): Promise<PodWarning[]> {
  const query = { fieldSelector: `involvedObject.name=${name},type=Warning`, limit: eventLimit };
  const request = { verb: 'list', resource: 'events', namespace, query } as const;
  const outcome = await repeat('read', () => api.send<{ items?: EventObject[] }>(request, signal), timing, signal);
  const events = (unwrap(outcome).items ?? []).filter(
    ({ involvedObject }) => (involvedObject?.kind ?? 'Pod') === 'Pod',
  );
  return events
    .map((event) => ({ event, time: timeOf(event) }))
    .toSorted((a, b) => a.time - b.time)
    .map(({ event }) => toWarning(event));
}

export function toWarning({ reason = '', message = '', series, count }: EventObject): PodWarning {
  return { reason, message, count: series?.count ?? count ?? 1 };
}

function timeOf({ series, lastTimestamp, eventTime, firstTimestamp }: EventObject): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? '';
  return Date.parse(text) || 0;
}
