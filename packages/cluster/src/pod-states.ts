import type { Pod } from '@podwright/core';

/** Told each state of one Pod, nothing once it is gone. */
export type TellPod = (pod: Pod | undefined) => void;

/** What is known of one Pod. The Pod itself is kept only while somebody listens. */
interface Entry {
  uid: string;
  version: bigint | undefined;
  exists: boolean;
  pod: Pod | undefined;
}

/**
 * What a watch knows of the Pods of its namespace, and who wants to be told. States come from lists, events, and
 * requests of our own, which overtake each other: an older state than the known one is passed over.
 */
export class PodStates {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Map<string, Set<TellPod>>();

  /** Begins to tell; not of the state known now. @returns ends it, idempotent */
  listen(name: string, tell: TellPod): () => void {
    const tells = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, tells.add(tell));
    return () => {
      tells.delete(tell);
      if (tells.size > 0 || this.listeners.get(name) !== tells) return;
      this.listeners.delete(name);
      this.forget(name);
    };
  }

  /** `unknown`: there is no such Pod, as far as the watch got. `known`: there is one, and its state must be asked for. */
  state(name: string): Pod | 'known' | 'unknown' {
    const entry = this.entries.get(name);
    if (entry?.exists !== true) return 'unknown';
    return entry.pod ?? 'known';
  }

  /** A Pod as it is now, or was at its last breath. */
  apply(pod: Pod, event: 'present' | 'deleted'): void {
    const { name = '', uid = '' } = pod.metadata ?? {};
    const version = versionOf(pod.metadata?.resourceVersion);
    const known = this.entries.get(name);
    if (known !== undefined && isOld(version, known)) return;
    if (known?.exists === true && known.uid !== uid) this.tell(name, undefined);
    const listened = this.listeners.has(name);
    if (event === 'deleted') {
      if (listened) this.entries.set(name, { uid, version, exists: false, pod: undefined });
      else this.entries.delete(name);
      if (known?.exists !== false) this.tell(name, undefined);
      return;
    }
    const slim = listened ? withoutManagedFields(pod) : undefined;
    this.entries.set(name, { uid, version, exists: true, pod: slim });
    if (slim !== undefined) this.tell(name, slim);
  }

  /** A Pod that we created ourselves: known from now on, so that its end is told even if the watch never saw it live. */
  noteCreated(pod: Pod): void {
    const { name = '', uid = '' } = pod.metadata ?? {};
    const version = versionOf(pod.metadata?.resourceVersion);
    if (!this.listeners.has(name) || this.entries.get(name)?.uid === uid) return;
    this.entries.set(name, { uid, version, exists: true, pod: undefined });
  }

  /** All Pods there are: what is known and not among them is gone, unless it is newer than the list. */
  replaceAll(pods: readonly Pod[], listVersion: string | undefined): void {
    const names = new Set(pods.map((pod) => pod.metadata?.name ?? ''));
    const listedAt = versionOf(listVersion);
    for (const [name, entry] of this.entries) {
      if (names.has(name) || !entry.exists || isNewer(entry.version, listedAt)) continue;
      entry.exists = false;
      entry.pod = undefined;
      this.tell(name, undefined);
      if (!this.listeners.has(name)) this.entries.delete(name);
    }
    for (const pod of pods) this.apply(pod, 'present');
  }

  private forget(name: string): void {
    const entry = this.entries.get(name);
    if (entry?.exists === true) entry.pod = undefined;
    else this.entries.delete(name);
  }

  private tell(name: string, pod: Pod | undefined): void {
    for (const tell of this.listeners.get(name) ?? []) tell(pod);
  }
}

/** Versions of one kind of object in one cluster can be compared when they are numbers, as all known ones are. */
function versionOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,30}$/.test(text) ? BigInt(text) : undefined;
}

/** Whether a state adds nothing to what is known: it is older, or the same and the Pod is at hand (or gone). */
function isOld(version: bigint | undefined, known: Entry): boolean {
  if (version === undefined || known.version === undefined) return false;
  if (version === known.version) return !known.exists || known.pod !== undefined;
  return version < known.version;
}

function isNewer(one: bigint | undefined, other: bigint | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}

function withoutManagedFields(pod: Pod): Pod {
  if (pod.metadata?.managedFields === undefined) return pod;
  const { managedFields: _, ...metadata } = pod.metadata;
  return { ...pod, metadata };
}
