import {
  ClusterApiError,
  ConnectionLostError,
  type Cluster,
  type ExecOptions,
  type ExecTarget,
  type Pod,
  type PodWarning,
  type PodWatch,
  type Secret,
  type Service,
} from '@podwright/core';
import { FakePod } from './fake-pod.ts';

/** One request to a `FakeCluster`. */
export interface FakeRequest {
  readonly method: keyof Cluster;
  readonly namespace: string;
  /** Of the Pod, the Secret or the Service. */
  readonly name: string;
}

/** An exec that a test answers. */
export interface FakeExec extends ExecTarget {
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  /** Sends output, and waits until it was taken. */
  readonly stdout: (text: string | Uint8Array) => Promise<void>;
  readonly stderr: (text: string | Uint8Array) => Promise<void>;
}

/** How a `FakeCluster` behaves. */
export interface FakeClusterBehaviour {
  /** Called before each request; what it throws is the answer. */
  readonly request?: (request: FakeRequest) => void | Promise<void>;
  /**
   * Called for each Pod once `createPod` has answered; runs beside the rest. The Pod stays Pending until this says more.
   * Default: its containers run.
   */
  readonly created?: (pod: FakePod) => void | Promise<void>;
  /**
   * Answers an exec with its exit code. The connection is lost when the Pod is deleted or the exec aborted meanwhile.
   * Default: the API says that the container cannot run it.
   */
  readonly exec?: (exec: FakeExec) => number | Promise<number>;
}

/** Core's `Cluster` in memory, for tests: nothing runs, Pods do what the test says. */
export class FakeCluster implements Cluster {
  /** All requests, in order. */
  readonly requests: FakeRequest[] = [];
  /** Secrets that exist, by `namespace/name`. */
  readonly secrets = new Map<string, Secret>();
  /** Services that exist, by `namespace/name`. */
  readonly services = new Map<string, Service>();
  /** Tokens that were used instead of the runner's credentials. */
  readonly tokens: string[] = [];
  readonly #pods = new Map<string, FakePod>();
  readonly #behaviour: FakeClusterBehaviour;
  #uids = 0;

  constructor(behaviour: FakeClusterBehaviour = {}) {
    this.#behaviour = behaviour;
  }

  /** The Pods that exist. */
  get pods(): FakePod[] {
    return [...this.#pods.values()].filter((pod) => pod.object !== undefined);
  }

  async createPod(pod: Pod, signal: AbortSignal): Promise<Pod> {
    const { namespace, name } = await this.#request('createPod', pod.metadata ?? {}, signal);
    const fake = this.#pod(namespace, name);
    this.#uids += 1;
    const created = fake.create(pod, `uid-${this.#uids}`);
    setImmediate(() => void this.#tellCreated(fake));
    return created;
  }

  async createSecret(secret: Secret, signal: AbortSignal): Promise<Secret> {
    const { namespace, name } = await this.#request('createSecret', secret.metadata ?? {}, signal);
    return add(this.secrets, 'secrets', `${namespace}/${name}`, secret);
  }

  async createService(service: Service, signal: AbortSignal): Promise<Service> {
    const { namespace, name } = await this.#request('createService', service.metadata ?? {}, signal);
    return add(this.services, 'services', `${namespace}/${name}`, service);
  }

  withToken(token: string): this {
    this.tokens.push(token);
    return this;
  }

  /** Deletes the Pod and what it owns. */
  async deletePod(namespace: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#request('deletePod', { namespace, name }, signal);
    const uid = this.#pod(namespace, name).object?.metadata?.uid;
    this.#pod(namespace, name).remove();
    if (uid === undefined) return;
    for (const objects of [this.secrets, this.services]) {
      for (const [key, { metadata }] of objects) {
        if (metadata?.ownerReferences?.some((owner) => owner.uid === uid)) objects.delete(key);
      }
    }
  }

  async watchPod(
    namespace: string,
    name: string,
    listener: { onChange(pod: Pod | undefined): void; onError(error: Error): void },
    signal: AbortSignal,
  ): Promise<PodWatch> {
    await this.#request('watchPod', { namespace, name }, signal);
    return { close: this.#pod(namespace, name).listen(listener) };
  }

  async exec(target: ExecTarget, command: readonly string[], options: ExecOptions): Promise<number> {
    const { signal, onStdout, onStderr } = options;
    await this.#request('exec', { namespace: target.namespace, name: target.pod }, signal);
    const pod = this.#pod(target.namespace, target.pod);
    if (!pod.object) throw new ClusterApiError(`pods "${target.pod}" not found`, 404, 'NotFound');
    const { exec } = this.#behaviour;
    if (!exec) throw new ClusterApiError(`cannot exec in container ${target.container}`, 500, 'InternalError');
    return untilLost(pod, signal, async () =>
      exec({ ...target, command, signal, stdout: sender(onStdout), stderr: sender(onStderr) }),
    );
  }

  async podWarnings(namespace: string, name: string, signal: AbortSignal): Promise<PodWarning[]> {
    await this.#request('podWarnings', { namespace, name }, signal);
    return [...this.#pod(namespace, name).warnings];
  }

  async #request(
    method: keyof Cluster,
    of: { namespace?: string; name?: string },
    signal: AbortSignal,
  ): Promise<FakeRequest> {
    signal.throwIfAborted();
    const request = { method, namespace: of.namespace ?? '', name: of.name ?? '' };
    this.requests.push(request);
    await this.#behaviour.request?.(request);
    return request;
  }

  /** A script that throws is a bug in the test: it surfaces as an unhandled rejection. */
  async #tellCreated(pod: FakePod): Promise<void> {
    await (this.#behaviour.created ?? runAll)(pod);
  }

  #pod(namespace: string, name: string): FakePod {
    const key = `${namespace}/${name}`;
    const pod = this.#pods.get(key) ?? new FakePod(namespace, name);
    this.#pods.set(key, pod);
    return pod;
  }
}

function add<T>(objects: Map<string, T>, resource: string, key: string, object: T): T {
  const name = key.slice(key.indexOf('/') + 1);
  if (objects.has(key)) throw new ClusterApiError(`${resource} "${name}" already exists`, 409, 'AlreadyExists');
  objects.set(key, object);
  return object;
}

function runAll(pod: FakePod): void {
  if (pod.object) pod.run();
}

/** What `work` resolves with, unless the Pod is deleted or the signal aborted before. */
async function untilLost<T>(pod: FakePod, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const lost = new Promise<never>((_, reject) => {
    const lose = (why: string) => reject(new ConnectionLostError(why));
    signal.addEventListener('abort', () => lose('aborted'), { signal: ended.signal });
    const stop = pod.listen({ onChange: (now) => now ?? lose('the Pod was deleted'), onError: () => undefined });
    ended.signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work(), lost]);
  } finally {
    ended.abort();
  }
}

function sender(to: ExecOptions['onStdout']): FakeExec['stdout'] {
  return async (text) => to?.(typeof text === 'string' ? new TextEncoder().encode(text) : text);
}
