import { History, type StoreEvent } from './history.ts';
import type { KubeObject, StoredObject } from './kube-object.ts';
import { resources } from './resources/resources.ts';
import type { Resource } from './resources/resource.ts';

/** An object on its way into the store: named, and with its uid. */
export type NewObject = KubeObject & { metadata: { name: string; uid: string } };

type Listener = (event: StoreEvent) => void;

/**
 * All objects, in memory, with one version for all changes. Reads and writes are O(1) but for `list`. Objects in it are
 * frozen. Listeners are told of changes one after the other, in order, also when they change the store themselves.
 */
export class Store {
  private readonly objects = new Map<Resource, Map<string, Map<string, StoredObject>>>();
  private readonly histories: ReadonlyMap<Resource, History>;
  private readonly uids = new Map<string, StoredObject>();
  private readonly listeners: Listener[] = [];
  private readonly untold: StoreEvent[] = [];
  private telling = false;
  private currentVersion = 1;

  /** @param historyLimit how many changes of each resource a watch can be behind at least */
  constructor(historyLimit: number) {
    this.histories = new Map(resources.map((resource) => [resource, new History(historyLimit)]));
    for (const resource of resources) this.objects.set(resource, new Map());
  }

  /** Grows by one with each change. */
  get version(): number {
    return this.currentVersion;
  }

  /** Tells every change from now on. There is no way to stop: listeners live as long as the store. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  history(resource: Resource): History {
    const history = this.histories.get(resource);
    if (history === undefined) throw new Error(`unknown resource ${resource.plural}`);
    return history;
  }

  /** @param namespace empty for what has none */
  get(resource: Resource, namespace: string, name: string): StoredObject | undefined {
    return this.objects.get(resource)?.get(namespace)?.get(name);
  }

  byUid(uid: string): StoredObject | undefined {
    return this.uids.get(uid);
  }

  /** All objects of a namespace, or of all where it is `undefined`; sorted by namespace and name. */
  list(resource: Resource, namespace?: string): StoredObject[] {
    const spaces = this.objects.get(resource) ?? new Map<string, Map<string, StoredObject>>();
    const chosen = namespace === undefined ? [...spaces.values()] : [spaces.get(namespace) ?? new Map()];
    return chosen.flatMap((space) => [...space.values()]).toSorted(byName);
  }

  /** How many objects a namespace holds, the namespace itself not counted. */
  countIn(namespace: string): number {
    return resources
      .filter(({ namespaced }) => namespaced)
      .reduce((sum, resource) => sum + (this.objects.get(resource)?.get(namespace)?.size ?? 0), 0);
  }

  /** Stores a new object. Whether there is one already is for the caller to check. */
  add(resource: Resource, object: NewObject): StoredObject {
    return this.put('ADDED', resource, object);
  }

  /** Stores an object in place of the one with its name. */
  replace(resource: Resource, object: NewObject, previous: StoredObject): StoredObject {
    return this.put('MODIFIED', resource, object, previous);
  }

  /** @returns the object as it was last, with the version of its end; `undefined` when it is gone already */
  remove(resource: Resource, object: StoredObject): StoredObject | undefined {
    const { namespace = '', name, uid } = object.metadata;
    const space = this.objects.get(resource)?.get(namespace);
    const previous = space?.get(name);
    if (space === undefined || previous === undefined || previous.metadata.uid !== uid) return undefined;
    space.delete(name);
    if (space.size === 0) this.objects.get(resource)?.delete(namespace);
    this.uids.delete(uid);
    const last = this.versioned(object);
    this.record({ type: 'DELETED', resource, version: this.currentVersion, object: last, previous });
    return last;
  }

  private put(
    type: 'ADDED' | 'MODIFIED',
    resource: Resource,
    object: NewObject,
    previous?: StoredObject,
  ): StoredObject {
    const stored = this.versioned(object);
    const { namespace = '', name, uid } = stored.metadata;
    const spaces = this.objects.get(resource);
    const space = spaces?.get(namespace) ?? new Map<string, StoredObject>();
    spaces?.set(namespace, space.set(name, stored));
    this.uids.set(uid, stored);
    this.record({
      type,
      resource,
      version: this.currentVersion,
      object: stored,
      ...(previous === undefined ? {} : { previous }),
    });
    return stored;
  }

  private versioned(object: NewObject): StoredObject {
    this.currentVersion += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.currentVersion) };
    return freezeDeep({ ...object, metadata });
  }

  private record(event: StoreEvent): void {
    this.history(event.resource).add(event);
    this.untold.push(event);
    if (this.telling) return;
    this.telling = true;
    try {
      for (let next = this.untold.shift(); next !== undefined; next = this.untold.shift()) {
        for (const listener of this.listeners) listener(next);
      }
    } finally {
      this.telling = false;
    }
  }
}

function byName(left: StoredObject, right: StoredObject): number {
  return (
    compare(left.metadata.namespace ?? '', right.metadata.namespace ?? '') ||
    compare(left.metadata.name, right.metadata.name)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function freezeDeep<T>(value: T): T {
  // What is frozen was frozen to its depths: versions of an object share what did not change.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeDeep(item);
  return value;
}
