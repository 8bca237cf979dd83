import type { Readable, Writable } from 'node:stream';
import type { ConfigMap, Pod, Secret } from 'kubernetes-types/core/v1.js';

/** Which container of which Pod. */
export interface ContainerTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ProcessStreams {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly tty: boolean;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/**
 * The node of the embedded cluster, as its API server sees it: schedules, runs and stops Pods.
 * Implemented by the host-process runtime, and by a trivial one for load tests.
 */
export interface Node {
  /** One line for users: how containers are run here, and what that means. */
  readonly description: string;
  /** A Pod was stored. The node schedules and starts it, and reports through `NodeApi`; never throws. */
  podAdded(pod: Pod): void;
  /** `metadata.deletionTimestamp` was set: stop it within its grace period, then `NodeApi.removePod`. */
  podDeleting(pod: Pod): void;
  /**
   * Runs one more program in a running container.
   * @returns its exit code, once all output was handed over
   * @throws Error with the text a kubelet would give, such as `container not found ("helper")`
   */
  exec(
    target: ContainerTarget,
    command: readonly string[],
    streams: ProcessStreams,
    signal: AbortSignal,
  ): Promise<number>;
  /** Connects to the container's main process; resolves when it ends. */
  attach(target: ContainerTarget, streams: ProcessStreams, signal: AbortSignal): Promise<number>;
  /** What the container's main process wrote; with `follow` until it ends. */
  logs(target: ContainerTarget, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Stops every container and removes every trace of them from the host. */
  close(): Promise<void>;
}

/** What the node may ask of and tell the API server's store. All in-process. */
export interface NodeApi {
  getSecret(namespace: string, name: string): Secret | undefined;
  getConfigMap(namespace: string, name: string): ConfigMap | undefined;
  /** Calls back whenever a Secret or ConfigMap of the namespace was created or changed. @returns stop */
  onObjectsChanged(namespace: string, listener: () => void): () => void;
  /** Changes spec.nodeName and status of a stored Pod (a copy is given); nothing when it is gone or has another uid. */
  updatePod(pod: Pod, change: (current: Pod) => void): void;
  /** Removes a Pod that has stopped, and what it owns. */
  removePod(pod: Pod): void;
  recordEvent(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void;
}
