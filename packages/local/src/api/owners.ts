import type { StoreEvent } from './history.ts';
import type { StoredObject } from './kube-object.ts';
import { resources } from './resources/resources.ts';
import type { Resource } from './resources/resource.ts';
import type { Store } from './store.ts';

/** An object and the resource it is one of. */
export interface Dependent {
  readonly resource: Resource;
  readonly object: StoredObject;
}

const servedKinds: ReadonlySet<string> = new Set(resources.map(({ kind }) => kind));

/**
 * Knows which objects belong to which, by owner references, and has them deleted when none of their owners is left.
 * An owner that is not there when its dependent is made counts as deleted, if it is of a kind that this API serves.
 */
export class Owners {
  private readonly dependentsByOwner = new Map<string, Map<string, Resource>>();

  /** @param remove deletes an object that lost its owners */
  constructor(
    private readonly store: Store,
    private readonly remove: (dependent: Dependent) => void,
  ) {
    store.onChange((event) => this.follow(event));
  }

  /** What an object owns. */
  dependentsOf(uid: string): Dependent[] {
    return [...(this.dependentsByOwner.get(uid) ?? [])].flatMap(([dependentUid, resource]) => {
      const object = this.store.byUid(dependentUid);
      return object === undefined ? [] : [{ resource, object }];
    });
  }

  private follow({ type, resource, object, previous }: StoreEvent): void {
    const owners = ownerUids(object);
    if (type === 'MODIFIED' && sameMembers(owners, ownerUids(previous))) return;

    for (const uid of ownerUids(previous)) this.forget(uid, object.metadata.uid);
    if (type === 'DELETED') return this.ownerGone(object.metadata.uid);
    for (const uid of owners) this.note(uid, object.metadata.uid, resource);
    if (owners.length > 0) this.removeUnlessOwned({ resource, object });
  }

  private ownerGone(uid: string): void {
    const dependents = this.dependentsOf(uid);
    this.dependentsByOwner.delete(uid);
    for (const dependent of dependents) this.removeUnlessOwned(dependent);
  }

  private removeUnlessOwned(dependent: Dependent): void {
    const owners = dependent.object.metadata.ownerReferences ?? [];
    const alive = owners.some(
      ({ uid, apiVersion, kind }) =>
        this.store.byUid(uid) !== undefined || apiVersion !== 'v1' || !servedKinds.has(kind),
    );
    if (!alive) this.remove(dependent);
  }

  private note(owner: string, dependent: string, resource: Resource): void {
    const dependents = this.dependentsByOwner.get(owner) ?? new Map<string, Resource>();
    this.dependentsByOwner.set(owner, dependents.set(dependent, resource));
  }

  private forget(owner: string, dependent: string): void {
    const dependents = this.dependentsByOwner.get(owner);
    if (dependents === undefined) return;
    dependents.delete(dependent);
    if (dependents.size === 0) this.dependentsByOwner.delete(owner);
  }
}

function ownerUids(object: StoredObject | undefined): string[] {
  return (object?.metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}
