import { randomBytes, randomUUID } from 'node:crypto';
import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { kubeTime, type StoredObject } from './kube-object.ts';
import { events, namespaces } from './resources/resources.ts';
import type { NewObject, Store } from './store.ts';

/** How many events are kept: the oldest ones go, as they do after an hour in a real cluster. */
const eventLimit = 5000;

/** Keeps the events of Pods. One that happens again is counted rather than stored anew. */
export class EventRecorder {
  /** What happened, to the uid of its event; oldest first. */
  private readonly known = new Map<string, string>();

  /** @param component who reports, such as `kubelet` */
  constructor(
    private readonly store: Store,
    private readonly component: string,
    private readonly host: string,
  ) {}

  record(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const key = JSON.stringify([pod.metadata?.uid, type, reason, message]);
    const uid = this.known.get(key);
    const earlier = uid === undefined ? undefined : this.store.byUid(uid);
    if (earlier !== undefined) return this.countAgain(earlier);
    if (!this.accepts(pod.metadata?.namespace ?? '')) return;

    const event = this.store.add(events, this.newEvent(pod, type, reason, message));
    this.known.set(key, event.metadata.uid);
    this.dropOldest();
  }

  private accepts(namespace: string): boolean {
    const found = this.store.get(namespaces, '', namespace);
    return found !== undefined && found.metadata.deletionTimestamp === undefined;
  }

  private countAgain(event: StoredObject): void {
    const { count = 1 } = event as unknown as Event;
    this.store.replace(events, { ...event, count: count + 1, lastTimestamp: kubeTime() }, event);
  }

  private newEvent(pod: Pod, type: string, reason: string, message: string): NewObject {
    const { name = '', namespace = '', uid, resourceVersion } = pod.metadata ?? {};
    const now = kubeTime();
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${randomBytes(8).toString('hex')}`,
        namespace,
        uid: randomUUID(),
        creationTimestamp: now,
      },
      involvedObject: { kind: 'Pod', apiVersion: 'v1', namespace, name, uid, resourceVersion },
      reason,
      message,
      source: { component: this.component, host: this.host },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    };
  }

  private dropOldest(): void {
    if (this.known.size <= eventLimit) return;
    const [oldest] = this.known;
    if (oldest === undefined) return;
    this.known.delete(oldest[0]);
    const event = this.store.byUid(oldest[1]);
    if (event !== undefined) this.store.remove(events, event);
  }
}
