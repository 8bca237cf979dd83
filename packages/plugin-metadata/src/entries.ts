import { joinPath, type Cause, type PodDraft, type Variables } from '@podwright/core';
import type { AnnotationOverwrite } from './overwrites.ts';

/** A label or annotation, and where it comes from. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Whether the value of a masked variable is in it. */
  readonly isSecret: boolean;
  /** Its path in the Pod, such as `metadata.labels.team`. */
  readonly field: string;
  readonly cause: Extract<Cause, { readonly config: string } | { readonly variable: string }>;
}

/** The entries of a table of the configuration as they are written, sorted by key. */
export function writtenEntries(list: 'labels' | 'annotations', table: Readonly<Record<string, string>>): Entry[] {
  return Object.entries(table)
    .map(([key, value]) => ({
      key,
      value,
      isSecret: false,
      field: `metadata.${list}.${key}`,
      cause: { config: joinPath(`pod_${list}`, [key]) },
    }))
    .toSorted(byKey);
}

/** Replaces references to variables. */
export function expandedEntries(entries: readonly Entry[], variables: Variables): readonly Entry[] {
  if (!entries.some(({ value }) => value.includes('$'))) return entries;
  return entries.map((entry) => {
    if (!entry.value.includes('$')) return entry;
    const value = variables.expand(entry.value);
    return { ...entry, value, isSecret: variables.hasMasked(value) };
  });
}

/** Puts what a job sets over annotations with the same key; of two overwrites the later one counts. Sorted by key. */
export function overwritten(entries: readonly Entry[], overwrites: readonly AnnotationOverwrite[]): readonly Entry[] {
  if (overwrites.length === 0) return entries;
  const all = new Map(entries.map((entry) => [entry.key, entry]));
  for (const { key, value, isSecret, variable } of overwrites) {
    all.set(key, { key, value, isSecret, field: `metadata.annotations.${key}`, cause: { variable } });
  }
  return [...all.values()].toSorted(byKey);
}

/** Writes entries into a Pod. @param table its labels or its annotations */
export function addEntries(draft: PodDraft, table: Record<string, string>, entries: readonly Entry[]): void {
  for (const { key, value, field, cause } of entries) {
    table[key] = value;
    draft.explain(field, cause);
  }
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : 1;
}
