import { ClusterApiError, type ContainerState, type Pod, type PodWarning } from '@podwright/core';

interface Listener {
  onChange(pod: Pod | undefined): void;
  onError(error: Error): void;
}

/** One Pod of a `FakeCluster`: what the cluster would do to it is done here, and its watchers are told. */
export class FakePod {
  /** What `podWarnings` answers. */
  readonly warnings: PodWarning[] = [];
  readonly #listeners = new Set<Listener>();
  #object: Pod | undefined;

  constructor(
    readonly namespace: string,
    readonly name: string,
  ) {}

  /** As it is now; `undefined` before it is created and once it is deleted. */
  get object(): Pod | undefined {
    return this.#object;
  }

  /** @throws ClusterApiError when it exists already */
  create(pod: Pod, uid: string): Pod {
    if (this.#object) throw new ClusterApiError(`pods "${this.name}" already exists`, 409, 'AlreadyExists');
    const created = { ...pod, metadata: { ...pod.metadata, uid }, status: { phase: 'Pending' } };
    this.#tell(created);
    return created;
  }

  /** All containers run. */
  run(): void {
    this.#setStates('Running', () => ({ running: { startedAt: '2021-01-01T00:00:00Z' } }));
  }

  /** One container waits, such as with reason `ErrImagePull`; the others wait to be created. */
  wait(container: string, reason: string, message: string): void {
    this.#setStates('Pending', (name) => ({
      waiting: name === container ? { reason, message } : { reason: 'ContainerCreating' },
    }));
  }

  /** One container ended, such as with reason `OOMKilled`; the others run. */
  terminate(container: string, reason: string, exitCode: number): void {
    this.#setStates('Running', (name) => (name === container ? { terminated: { reason, exitCode } } : { running: {} }));
  }

  /** The Pod as a whole ended, such as with reason `Evicted`. */
  end(phase: 'Succeeded' | 'Failed', reason: string, message: string): void {
    this.#change({ phase, reason, message });
  }

  /** No node takes it. */
  unschedulable(message: string): void {
    this.#change({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
  }

  /** Somebody deleted it. */
  remove(): void {
    if (this.#object) this.#tell(undefined);
  }

  /** Its watches cannot be kept up. */
  failWatches(error: Error): void {
    for (const listener of this.#listeners) listener.onError(error);
    this.#listeners.clear();
  }

  /** Tells the present state, if it exists, and every later one. @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#object) listener.onChange(this.#object);
    return () => void this.#listeners.delete(listener);
  }

  #setStates(phase: string, stateOf: (container: string) => ContainerState): void {
    const containerStatuses = (this.#object?.spec?.containers ?? []).map(({ name, image = '' }) => {
      const state = stateOf(name);
      return { name, image, imageID: '', ready: state.running !== undefined, restartCount: 0, state };
    });
    this.#change({ phase, containerStatuses });
  }

  #change(status: Pod['status'] & object): void {
    if (!this.#object) throw new Error(`there is no Pod ${this.namespace}/${this.name}`);
    this.#tell({ ...this.#object, status });
  }

  #tell(pod: Pod | undefined): void {
    this.#object = pod;
    for (const listener of this.#listeners) listener.onChange(pod);
  }
}
