import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { ContainerTarget } from '../../node.ts';
import { ApiError, badRequest } from '../api-error.ts';
import type { StoredObject } from '../kube-object.ts';

/** A container that a request is about, and its state. */
export interface FoundContainer {
  readonly target: ContainerTarget;
  readonly status: ContainerStatus | undefined;
}

/**
 * The container that a request names, or the only one.
 * @throws ApiError 400 when it names none of the Pod's, or has to choose
 */
export function findContainer(object: StoredObject, wanted: string | null): FoundContainer {
  const { spec, status, metadata } = object as Pod;
  const { name: pod = '', namespace = '' } = metadata ?? {};
  const container =
    wanted ||
    onlyContainer(
      pod,
      (spec?.containers ?? []).map(({ name }) => name),
    );
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name }) => name);
  if (!all.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod}`);
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return {
    target: { namespace, pod, container },
    status: statuses.find(({ name }) => name === container),
  };
}

/**
 * The container that a program is to be run in, or that is to be attached to.
 * @throws ApiError 400, or 500 when it does not run: as a kubelet answers
 */
export function findRunningContainer(object: StoredObject, wanted: string | null): ContainerTarget {
  const { target, status } = findContainer(object, wanted);
  if (!(object as Pod).spec?.nodeName) throw badRequest(`pod ${target.pod} does not have a host assigned`);
  if (status?.state?.running !== undefined) return target;
  throw new ApiError(500, 'InternalError', `container not found ("${target.container}")`);
}

function onlyContainer(pod: string, names: readonly string[]): string {
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw badRequest(`a container name must be specified for pod ${pod}, choose one of: [${names.join(' ')}]`);
}
