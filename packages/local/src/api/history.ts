import type { StoredObject } from './kube-object.ts';
import type { Resource } from './resources/resource.ts';

/** One change in the store. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  /** The store's version after it; also the object's resourceVersion. */
  readonly version: number;
  /** As it is now, or was last. */
  readonly object: StoredObject;
  /** As it was before; absent for ADDED. */
  readonly previous?: StoredObject;
}

/** The latest changes of one resource, so that a watch can go on where another ended. Bounded. */
export class History {
  private events: StoreEvent[] = [];
  /** The latest version that is no longer remembered. */
  private forgotten = 0;

  /** @param limit how many changes are kept at least; up to twice as many are */
  constructor(private readonly limit: number) {}

  add(event: StoreEvent): void {
    this.events.push(event);
    if (this.events.length < 2 * this.limit) return;
    const dropped = this.events.splice(0, this.events.length - this.limit);
    this.forgotten = dropped.at(-1)?.version ?? this.forgotten;
  }

  /** All changes after a version, oldest first; `undefined` when some of them are forgotten. */
  since(version: number): readonly StoreEvent[] | undefined {
    if (version < this.forgotten) return undefined;
    let start = this.events.length;
    while (start > 0 && (this.events[start - 1]?.version ?? 0) > version) start -= 1;
    return this.events.slice(start);
  }

  /** Forgets all there is up to the given version of the store, as compaction does. */
  forget(version: number): void {
    this.events = [];
    this.forgotten = version;
  }

  /** The oldest version that `since` can be asked for. */
  get oldest(): number {
    return this.forgotten;
  }
}
