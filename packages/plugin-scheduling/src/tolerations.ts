import { joinPath, type Cause, type Explained, type Toleration } from '@podwright/core';

/** A toleration, and where it comes from. */
export interface OwnToleration {
  readonly toleration: Toleration;
  readonly cause: Cause;
}

/**
 * Reads one line of `node_tolerations`.
 * @param written `key=value`, `key`, or nothing, which tolerates every taint; split at the first `=`
 * @param effect the taint's effect; empty for every effect
 */
export function toToleration(written: string, effect: string): Toleration {
  const equals = written.indexOf('=');
  const ofEffect = effect === '' ? {} : { effect };
  if (equals === -1) return { ...(written === '' ? {} : { key: written }), operator: 'Exists', ...ofEffect };
  return { key: written.slice(0, equals), operator: 'Equal', value: written.slice(equals + 1), ...ofEffect };
}

/** The tolerations of the configuration, sorted by key. */
export function tolerations(configured: Readonly<Record<string, string>>): OwnToleration[] {
  const all = Object.entries(configured).map(([written, effect]) => ({
    written,
    toleration: toToleration(written, effect),
  }));
  all.sort((a, b) => compare(a.toleration.key ?? '', b.toleration.key ?? '') || compare(a.written, b.written));
  return all.map(({ written, toleration }) => ({
    toleration: Object.freeze(toleration),
    cause: { config: joinPath('node_tolerations', [written]) },
  }));
}

/** Adds tolerations behind those that are there. @returns all of them, and where the added ones come from */
export function joinTolerations(before: readonly Toleration[], own: readonly OwnToleration[]): Explained<Toleration[]> {
  const all = [...before];
  const causes = new Map<string, Cause>();
  for (const { toleration, cause } of own) {
    // In paths, elements are told apart by their keys, and those with the same key by a number.
    const same = all.filter(({ key }) => key === toleration.key).length;
    const place = toleration.key === undefined || same === 0 ? '' : `#${same + 1}`;
    causes.set(`spec.tolerations[${toleration.key ?? all.length}${place}]`, cause);
    all.push(toleration);
  }
  return { value: all, causes };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
