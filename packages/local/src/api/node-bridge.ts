import { isDeepStrictEqual } from 'node:util';
import type { ConfigMap, Pod, Secret } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import type { Deletion } from './deletion.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { StoredObject } from './kube-object.ts';
import { configMaps, pods, secrets } from './resources/resources.ts';
import type { Store } from './store.ts';

/** What the node sees of the store. */
export class NodeBridge implements NodeApi {
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(
    private readonly store: Store,
    private readonly deletion: Deletion,
    private readonly recorder: EventRecorder,
  ) {
    store.onChange(({ type, resource, object }) => {
      if (type === 'DELETED' || (resource !== secrets && resource !== configMaps)) return;
      const listeners = [...(this.listeners.get(object.metadata.namespace ?? '') ?? [])];
      for (const listener of listeners) listener();
    });
  }

  getSecret(namespace: string, name: string): Secret | undefined {
    return this.store.get(secrets, namespace, name) as Secret | undefined;
  }

  getConfigMap(namespace: string, name: string): ConfigMap | undefined {
    return this.store.get(configMaps, namespace, name) as ConfigMap | undefined;
  }

  onObjectsChanged(namespace: string, listener: () => void): () => void {
    const listeners = this.listeners.get(namespace) ?? new Set();
    this.listeners.set(namespace, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(namespace) === listeners) this.listeners.delete(namespace);
    };
  }

  updatePod(pod: Pod, change: (current: Pod) => void): void {
    const current = this.current(pod);
    if (current === undefined) return;
    // The spec is shared and frozen but for its first level: a node sets nodeName there and nothing else.
    const copy = { ...current, spec: { ...(current as Pod).spec }, status: structuredClone((current as Pod).status) };
    change(copy as unknown as Pod);
    if (isDeepStrictEqual(copy, current)) return;
    this.store.replace(pods, { ...copy, metadata: current.metadata }, current);
  }

  removePod(pod: Pod): void {
    const current = this.current(pod);
    if (current !== undefined) this.deletion.finish(pods, current);
  }

  recordEvent(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.recorder.record(pod, type, reason, message);
  }

  private current({ metadata }: Pod): StoredObject | undefined {
    const current = this.store.get(pods, metadata?.namespace ?? '', metadata?.name ?? '');
    return current?.metadata.uid === metadata?.uid ? current : undefined;
  }
}
