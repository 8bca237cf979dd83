import type { ObjectMeta } from '@podwright/core';
import type { ApiClient, ApiRequest } from './api-client.ts';
import { unwrap } from './outcome.ts';
import { repeat } from './repeat.ts';
import type { ClusterTiming } from './timing.ts';

interface NamedObject {
  metadata?: ObjectMeta;
  data?: unknown;
}

/**
 * Creates an object whose name podwright has chosen, so that a try may be repeated though the one before was perhaps
 * done: "already exists" is then answered by reading the object back. When this ends with an error other than a clear
 * refusal, or by abort, the object may exist.
 * @throws ClusterApiError with status 409 when the name belongs to somebody else's object
 */
export async function createObject<T extends NamedObject>(
  api: ApiClient,
  resource: string,
  object: T,
  timing: ClusterTiming,
  signal: AbortSignal,
): Promise<T> {
  const target = targetOf(resource, object);
  const create: ApiRequest = { verb: 'create', ...target, body: object };
  let mayExist = false;
  const outcome = await repeat(
    'create',
    async () => {
      const tried = await api.send<T>(create, signal);
      if (tried.kind === 'lost' || (tried.kind === 'refused' && tried.error.status >= 500)) mayExist = true;
      return tried;
    },
    timing,
    signal,
  );
  const taken = outcome.kind === 'refused' && outcome.error.status === 409;
  if (!taken || !mayExist) return unwrap(outcome);

  const found = unwrap(await repeat('read', () => api.send<T>({ verb: 'get', ...target }, signal), timing, signal));
  if (!isOurs(object, found)) throw outcome.error;
  return found;
}

function targetOf(resource: string, { metadata }: NamedObject): { resource: string; namespace: string; name: string } {
  const { name = '', namespace = '' } = metadata ?? {};
  if (name === '' || namespace === '') throw new TypeError(`${resource} to create must have a name and a namespace`);
  return { resource, namespace, name };
}

/**
 * Whether what was found is what was sent: all labels and annotations are there, the same owner, the same data; and
 * whether it is there to stay, not one of before that is being deleted.
 * The spec is not compared: admission changes it, and quantities come back in another spelling.
 */
function isOurs(sent: NamedObject, found: NamedObject): boolean {
  const ours = sent.metadata ?? {};
  const theirs = found.metadata ?? {};
  const owners = new Set(theirs.ownerReferences?.map(({ uid }) => uid));
  return (
    theirs.deletionTimestamp === undefined &&
    isWithin(ours.labels, theirs.labels) &&
    isWithin(ours.annotations, theirs.annotations) &&
    (ours.ownerReferences ?? []).every(({ uid }) => owners.has(uid)) &&
    isWithin(sent.data, found.data)
  );
}

function isWithin(part: unknown, whole: unknown): boolean {
  const known = (whole ?? {}) as Record<string, unknown>;
  return Object.entries(part ?? {}).every(([key, value]) => known[key] === value);
}
