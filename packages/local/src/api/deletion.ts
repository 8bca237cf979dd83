import type { Pod } from 'kubernetes-types/core/v1.js';
import { conflict, forbidden } from './api-error.ts';
import { kubeTime, type StoredObject } from './kube-object.ts';
import type { DeleteOptions } from './request-options.ts';
import { Owners, type Dependent } from './owners.ts';
import { namespaces, pods, resources } from './resources/resources.ts';
import type { Resource } from './resources/resource.ts';
import type { NewObject, Store } from './store.ts';

/** The node, as far as it has to know of deletions. */
export interface StopsPods {
  podDeleting(pod: Pod): void;
}

/** How objects end: Pods within their grace period, namespaces with what is in them, and owners with what they own. */
export class Deletion {
  private readonly owners: Owners;

  /** @param node asked for late, as the node itself needs the store */
  constructor(
    private readonly store: Store,
    private readonly node: () => StopsPods,
  ) {
    this.owners = new Owners(store, (dependent) => this.start(dependent.resource, dependent.object, {}));
    store.onChange(({ type, object }) => {
      if (type === 'DELETED') this.endNamespace(object.metadata.namespace ?? '');
    });
  }

  /**
   * Deletes an object, or begins to.
   * @returns the object as it is now or was last
   * @throws ApiError 409 when a precondition does not hold, 403 for the namespace `default`
   */
  delete(resource: Resource, object: StoredObject, options: DeleteOptions): StoredObject {
    checkPreconditions(resource, object, options);
    if (resource === namespaces && object.metadata.name === 'default') {
      throw forbidden('namespaces', 'default', 'this namespace may not be deleted');
    }
    if (options.dryRun) return object;
    this.settleDependents(object, options);
    return this.start(resource, object, options);
  }

  /** Ends an object that was only waiting for what no longer holds it back: a stopped Pod, the last finalizer. */
  finish(resource: Resource, object: StoredObject): void {
    if ((object.metadata.finalizers ?? []).length === 0) this.store.remove(resource, object);
    else this.markOrRemove(resource, object, 0);
  }

  /** Goes on with a deletion after an update that took the last finalizer away. */
  updated(resource: Resource, object: StoredObject): void {
    const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
    if (deletionTimestamp === undefined || resource === namespaces) return;
    if (resource !== pods || deletionGracePeriodSeconds === 0) this.finish(resource, object);
  }

  private start(resource: Resource, object: StoredObject, options: Partial<DeleteOptions>): StoredObject {
    if (resource === pods) return this.deletePod(object, options.gracePeriodSeconds);
    if (resource === namespaces) return this.deleteNamespace(object);
    return this.markOrRemove(resource, object, 0);
  }

  private deletePod(object: StoredObject, wanted: number | undefined): StoredObject {
    const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
    const grace = graceOf(object as Pod, wanted);
    // A deletion under way can only be made shorter.
    if (deletionTimestamp !== undefined && grace >= (deletionGracePeriodSeconds ?? 0)) return object;
    const marked = this.markOrRemove(pods, object, grace);
    this.node().podDeleting(marked as Pod);
    return marked;
  }

  private deleteNamespace(object: StoredObject): StoredObject {
    if (object.metadata.deletionTimestamp !== undefined) return object;
    const metadata = { ...object.metadata, deletionTimestamp: kubeTime() };
    const marked = this.store.replace(namespaces, { ...object, metadata, status: { phase: 'Terminating' } }, object);
    const { name } = marked.metadata;
    for (const resource of resources.filter(({ namespaced }) => namespaced)) {
      for (const content of this.store.list(resource, name)) this.start(resource, content, {});
    }
    this.endNamespace(name);
    return marked;
  }

  private endNamespace(name: string): void {
    const namespace = this.store.get(namespaces, '', name);
    if (namespace?.metadata.deletionTimestamp === undefined || this.store.countIn(name) > 0) return;
    this.finish(namespaces, namespace);
  }

  private markOrRemove(resource: Resource, object: StoredObject, grace: number): StoredObject {
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata;
    const stays = grace > 0 || finalizers.length > 0;
    if (stays && deletionTimestamp !== undefined && deletionGracePeriodSeconds === grace) return object;
    const metadata = {
      ...object.metadata,
      deletionTimestamp: kubeTime(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
    };
    const marked: NewObject = { ...object, metadata };
    if (stays) return this.store.replace(resource, marked, object);
    return this.store.remove(resource, marked as StoredObject) ?? object;
  }

  private settleDependents(object: StoredObject, { propagation }: DeleteOptions): void {
    if (propagation === 'Background') return;
    for (const dependent of this.owners.dependentsOf(object.metadata.uid)) {
      if (propagation === 'Orphan') this.disown(dependent, object.metadata.uid);
      else this.start(dependent.resource, dependent.object, {});
    }
  }

  private disown({ resource, object }: Dependent, owner: string): void {
    const { ownerReferences = [], ...rest } = object.metadata;
    const left = ownerReferences.filter(({ uid }) => uid !== owner);
    const metadata = left.length === 0 ? rest : { ...rest, ownerReferences: left };
    this.store.replace(resource, { ...object, metadata }, object);
  }
}

/** Seconds a Pod is given. One that runs nowhere, or has ended, needs none. */
function graceOf({ spec, status }: Pod, wanted: number | undefined): number {
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (!spec?.nodeName || ended) return 0;
  return Math.max(0, wanted ?? spec.terminationGracePeriodSeconds ?? 30);
}

function checkPreconditions({ plural }: Resource, { metadata }: StoredObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      plural,
      metadata.name,
      `the UID in the precondition (${uid}) does not match the one stored (${metadata.uid})`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the resourceVersion in the precondition (${resourceVersion}) does not match the one stored`;
    throw conflict(plural, metadata.name, `${why} (${metadata.resourceVersion}). The object might have been modified`);
  }
}
