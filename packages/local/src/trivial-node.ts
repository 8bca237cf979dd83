import type { Container, ContainerState, ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { NodeFaults } from './api/faults.ts';
import { kubeTime } from './api/kube-object.ts';
import type { ContainerTarget, LogOptions, Node, NodeApi, ProcessStreams } from './node.ts';

export interface TrivialNodeOptions {
  /** Plays the program that an exec runs; default: says nothing and ends with 0. */
  readonly exec?: Node['exec'];
  /** Plays the main process that an attach connects to; default: says nothing and ends with 0. */
  readonly attach?: Node['attach'];
  /** What the main process of a container wrote; default: nothing. */
  readonly logs?: Node['logs'];
}

const nodeName = 'trivial';

/**
 * A node that runs nothing: a Pod is Running as soon as it is stored and gone as soon as it is deleted, and programs
 * are played by callbacks. For tests with many Pods; it has no timers and keeps nothing of them.
 */
export class TrivialNode implements Node {
  readonly description = 'containers are not run: Pods only say that they are';

  constructor(
    private readonly api: NodeApi,
    private readonly faults: NodeFaults,
    private readonly options: TrivialNodeOptions,
  ) {}

  podAdded(pod: Pod): void {
    const failed = new Set<string>();
    this.api.updatePod(pod, (current) => {
      const containers = current.spec?.containers ?? [];
      if (current.spec !== undefined) current.spec.nodeName = nodeName;
      const statuses = containers.map((container) => this.started(container, failed));
      setStatus(current, failed.size > 0 ? 'Pending' : 'Running', statuses);
    });
    for (const message of failed) this.api.recordEvent(pod, 'Warning', 'Failed', message);
  }

  podDeleting(pod: Pod): void {
    this.api.removePod(pod);
  }

  async exec(...call: Parameters<Node['exec']>): Promise<number> {
    return (await this.options.exec?.(...call)) ?? 0;
  }

  async attach(target: ContainerTarget, streams: ProcessStreams, signal: AbortSignal): Promise<number> {
    return (await this.options.attach?.(target, streams, signal)) ?? 0;
  }

  async *logs(target: ContainerTarget, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (this.options.logs !== undefined) yield* this.options.logs(target, options, signal);
  }

  async close(): Promise<void> {}

  /** Ends all containers of a Pod, each with this exit code. */
  finish(pod: Pod, exitCode: number): void {
    const now = kubeTime();
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.api.updatePod(pod, (current) => {
      const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
      const terminated = { exitCode, reason, startedAt: current.metadata?.creationTimestamp ?? now, finishedAt: now };
      const containers = current.spec?.containers ?? [];
      setStatus(
        current,
        phase,
        containers.map((container) => statusOf(container, { terminated })),
      );
    });
  }

  /** Ends a Pod as a kubelet does that runs out of something. */
  evict(pod: Pod, message = 'The node was low on resource: memory.'): void {
    this.api.updatePod(pod, (current) => {
      Object.assign(current, { status: { ...current.status, phase: 'Failed', reason: 'Evicted', message } });
    });
    this.api.recordEvent(pod, 'Warning', 'Evicted', message);
  }

  private started(container: Container, failed: Set<string>): ContainerStatus {
    const failure = this.faults.imagePullFailure(container.image ?? '');
    if (failure === undefined) return statusOf(container, { running: { startedAt: kubeTime() } });
    const message = `Failed to pull image "${container.image}": ${failure}`;
    failed.add(message);
    return statusOf(container, { waiting: { reason: 'ErrImagePull', message: failure } });
  }
}

/** Makes a `TrivialNode`: `startEmbeddedCluster({ node: trivialNode({ exec }) })`. */
export function trivialNode(options: TrivialNodeOptions = {}): (api: NodeApi, faults: NodeFaults) => TrivialNode {
  return (api, faults) => new TrivialNode(api, faults, options);
}

function statusOf({ name, image = '' }: Container, state: ContainerState): ContainerStatus {
  const running = state.running !== undefined;
  return { name, image, imageID: '', ready: running, started: running, restartCount: 0, state, lastState: {} };
}

function setStatus(pod: Pod, phase: string, containerStatuses: readonly ContainerStatus[]): void {
  const lastTransitionTime = kubeTime();
  const ready = containerStatuses.every((status) => status.ready) ? 'True' : 'False';
  const conditions = [
    { type: 'Initialized', status: 'True', lastTransitionTime },
    { type: 'Ready', status: ready, lastTransitionTime },
    { type: 'ContainersReady', status: ready, lastTransitionTime },
    { type: 'PodScheduled', status: 'True', lastTransitionTime },
  ];
  const status = {
    ...pod.status,
    phase,
    conditions,
    containerStatuses,
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    startTime: pod.status?.startTime ?? lastTransitionTime,
  };
  Object.assign(pod, { status });
}
