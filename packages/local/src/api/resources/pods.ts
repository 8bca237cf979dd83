import { Pod as PodModel } from 'kubernetes-models/v1/Pod';
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { validatePod, validatePodUpdate } from '../validation/pod.ts';
import { setPodDefaults } from './pod-defaults.ts';
import type { Resource } from './resource.ts';

export const pods: Resource = {
  plural: 'pods',
  kind: 'Pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'log', 'exec', 'attach'],
  schema: PodModel,
  selectableFields(object) {
    const { spec, status } = object as Pod;
    return {
      'spec.nodeName': spec?.nodeName ?? '',
      'spec.restartPolicy': spec?.restartPolicy ?? '',
      'spec.schedulerName': spec?.schedulerName ?? '',
      'spec.serviceAccountName': spec?.serviceAccountName ?? '',
      'status.phase': status?.phase ?? '',
      'status.podIP': status?.podIP ?? '',
      'status.nominatedNodeName': status?.nominatedNodeName ?? '',
    };
  },
  setDefaults: (object) => setPodDefaults(object as Pod),
  validate: (object) => validatePod(object as Pod),
  validateUpdate: (next, current) => validatePodUpdate(next as Pod, current as Pod),
  answersDeleted: true,
  columns: [
    { name: 'Ready', type: 'string', cell: (object) => readyCell(object as Pod) },
    { name: 'Status', type: 'string', cell: (object) => statusCell(object as Pod) },
    { name: 'Restarts', type: 'integer', cell: (object) => restarts(object as Pod) },
    { name: 'IP', type: 'string', wide: true, cell: (object) => (object as Pod).status?.podIP ?? '<none>' },
    { name: 'Node', type: 'string', wide: true, cell: (object) => (object as Pod).spec?.nodeName ?? '<none>' },
  ],
};

function readyCell({ spec, status }: Pod): string {
  const ready = (status?.containerStatuses ?? []).filter((container) => container.ready);
  return `${ready.length}/${spec?.containers.length ?? 0}`;
}

/** One word for the state of a Pod: the most telling reason of its containers, else the Pod's own, else the phase. */
function statusCell({ metadata, status }: Pod): string {
  if (metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const init = (status?.initContainerStatuses ?? []).map(containerReason).find((reason) => reason !== undefined);
  if (init !== undefined && init !== 'Completed') return `Init:${init}`;
  const reasons = (status?.containerStatuses ?? []).map(containerReason).filter((reason) => reason !== undefined);
  const telling = reasons.find((reason) => reason !== 'Completed') ?? reasons[0];
  const running = (status?.containerStatuses ?? []).some(({ state }) => state?.running !== undefined);
  if (status?.reason !== undefined) return status.reason;
  return telling === undefined || (telling === 'Completed' && running) ? (status?.phase ?? 'Unknown') : telling;
}

function containerReason({ state }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (waiting !== undefined) return waiting.reason;
  if (terminated === undefined) return undefined;
  return terminated.reason ?? `ExitCode:${terminated.exitCode}`;
}

function restarts({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
