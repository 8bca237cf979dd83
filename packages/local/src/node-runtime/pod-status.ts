import type { Container, ContainerState, ContainerStatus, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import { podAddress } from './field-value.ts';

/** What is known of one container. */
export interface ContainerRecord {
  readonly container: Container;
  readonly init: boolean;
  state: ContainerState;
  /** Absent until its runtime knew of it. */
  id?: string;
}

/** What the status of a Pod is made of. */
export interface PodFacts {
  /** In the order of the spec. */
  readonly containers: readonly ContainerRecord[];
  readonly startTime: string;
  /** Whether its volumes are there, and it has its address. */
  readonly ready: boolean;
  /** Why the node ended the Pod. */
  readonly failure: { readonly reason: string; readonly message: string } | undefined;
}

/** The present time as Kubernetes writes it: whole seconds. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Makes the status of a scheduled Pod in kubelet's form. @param previous from which what did not change is kept */
export function podStatus(facts: PodFacts, previous: PodStatus = {}): PodStatus {
  const init = facts.containers.filter((record) => record.init);
  const main = facts.containers.filter((record) => !record.init);
  const phase = facts.failure ? 'Failed' : podPhase(init, main);
  return {
    ...previous,
    ...facts.failure,
    phase,
    conditions: conditions(init, main, phase).map((condition) => withTime(condition, previous.conditions)),
    hostIP: podAddress,
    ...(facts.ready ? { podIP: podAddress, podIPs: [{ ip: podAddress }] } : {}),
    startTime: facts.startTime,
    ...(init.length > 0 ? { initContainerStatuses: init.map(containerStatus) } : {}),
    containerStatuses: main.map(containerStatus),
  };
}

/** The status of a Pod that fits nowhere. */
export function unscheduledStatus(message: string, previous: PodStatus = {}): PodStatus {
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  return { ...previous, phase: 'Pending', conditions: [withTime(condition, previous.conditions)] };
}

/** What a container is waiting for that cannot begin yet. */
export function firstState(pod: Pod, init: boolean): ContainerState {
  const waitsForInit = init || (pod.spec?.initContainers ?? []).length > 0;
  return { waiting: { reason: waitsForInit ? 'PodInitializing' : 'ContainerCreating' } };
}

/** Kubelet's `getPhase` for restartPolicy Never. */
function podPhase(init: readonly ContainerRecord[], main: readonly ContainerRecord[]): string {
  if (init.some(({ state }) => state.terminated && !succeeded(state))) return 'Failed';
  if (!init.every(({ state }) => succeeded(state))) return 'Pending';
  if (main.some(({ state }) => state.waiting)) return 'Pending';
  if (main.some(({ state }) => state.running)) return 'Running';
  return main.every(({ state }) => succeeded(state)) ? 'Succeeded' : 'Failed';
}

function conditions(
  init: readonly ContainerRecord[],
  main: readonly ContainerRecord[],
  phase: string,
): Omit<PodCondition, 'lastTransitionTime'>[] {
  const incomplete = names(init.filter(({ state }) => !succeeded(state)));
  const unready = names(main.filter(({ state }) => !state.running));
  const completed = phase === 'Succeeded' ? { reason: 'PodCompleted' } : undefined;
  const initialized =
    incomplete === ''
      ? { status: 'True', ...completed }
      : {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${incomplete}]`,
        };
  const ready =
    unready === '' && phase === 'Running'
      ? { status: 'True' }
      : {
          status: 'False',
          ...(completed ?? { reason: 'ContainersNotReady', message: `containers with unready status: [${unready}]` }),
        };
  return [
    { type: 'Initialized', ...initialized },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...ready },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function withTime(
  condition: Omit<PodCondition, 'lastTransitionTime'>,
  previous: readonly PodCondition[] = [],
): PodCondition {
  const before = previous.find(({ type, status }) => type === condition.type && status === condition.status);
  return { ...condition, lastTransitionTime: before?.lastTransitionTime ?? now() };
}

function containerStatus({ container, init, state, id }: ContainerRecord): ContainerStatus {
  const { name, image = '' } = container;
  return {
    name,
    image,
    imageID: id === undefined ? '' : `host://${image}`,
    ...(id === undefined ? {} : { containerID: id }),
    lastState: {},
    ready: init ? succeeded(state) : state.running !== undefined,
    restartCount: 0,
    ...(init ? {} : { started: state.running !== undefined }),
    state,
  };
}

function succeeded(state: ContainerState): boolean {
  return state.terminated?.exitCode === 0;
}

function names(records: readonly ContainerRecord[]): string {
  return records.map(({ container }) => container.name).join(' ');
}
