import { joinPath, type Cause, type Toleration } from '@podwright/core';

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
  return all.map(({ written, toleration }) => {
    // Fields of tolerations are told apart by their keys: where several have the same, each may be meant.
    const isAlone = all.filter((other) => other.toleration.key === toleration.key).length === 1;
    return { toleration, cause: { config: joinPath('node_tolerations', isAlone ? [written] : []) } };
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
