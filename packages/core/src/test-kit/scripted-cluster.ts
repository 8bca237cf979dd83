import { ClusterApiError, ConnectionLostError } from '../errors.ts';
import type { Pod, Secret, Service } from '../kubernetes.ts';
import type { Cluster, ExecOptions, ExecTarget, PodListener, PodWarning } from '../ports.ts';
import { deferred, type Deferred } from '../life/deferred.ts';
import { markerEnd, markerStart, type PodEvent } from '../life/events.ts';

/**
 * A cluster for core's own tests: its Pods write log and events as the test says, and its connections break when the test
 * wants. Not part of the package's surface.
 */
export class ScriptedCluster implements Cluster {
  readonly calls: string[] = [];
  readonly secrets: Secret[] = [];
  readonly services: Service[] = [];
  /** Tokens that were used instead of the runner's credentials. */
  readonly tokens: string[] = [];
  readonly pods: ScriptedPod[] = [];
  warnings: PodWarning[] = [];
  /** What happens to a Pod once it was created; runs beside the job. */
  onCreate: (pod: ScriptedPod) => void | Promise<void> = () => undefined;
  /** Set to make the next calls of a verb fail. */
  failures: Partial<Record<'createPod' | 'createSecret' | 'createService' | 'deletePod' | 'watchPod' | 'exec', Error>> =
    {};
  readonly #listeners = new Map<string, PodListener>();

  async createPod(pod: Pod, _signal: AbortSignal): Promise<Pod> {
    this.#call('createPod');
    const name = pod.metadata?.name ?? '';
    const created = { ...pod, metadata: { ...pod.metadata, uid: `uid-${this.pods.length}` } };
    const scripted = new ScriptedPod(created, (state) => this.#listeners.get(name)?.onChange(state));
    this.pods.push(scripted);
    setTimeout(() => void this.onCreate(scripted), 0);
    return created;
  }

  async createSecret(secret: Secret): Promise<Secret> {
    this.#call('createSecret');
    this.secrets.push(secret);
    return secret;
  }

  async createService(service: Service): Promise<Service> {
    this.#call('createService');
    this.services.push(service);
    return service;
  }

  withToken(token: string): this {
    this.tokens.push(token);
    return this;
  }

  async deletePod(_namespace: string, name: string): Promise<void> {
    this.#call('deletePod');
    this.#pod(name)?.break(new ConnectionLostError('the container is gone'));
  }

  async watchPod(_namespace: string, name: string, listener: PodListener) {
    this.#call('watchPod');
    this.#listeners.set(name, listener);
    return { close: () => void this.#listeners.delete(name) };
  }

  /** The hint that a container was started. */
  started(container: string): void {
    for (const listener of this.#listeners.values()) listener.onStarted?.(container);
  }

  /** An event, to every watcher. */
  warn(warning: PodWarning): void {
    for (const listener of this.#listeners.values()) listener.onWarning?.(warning);
  }

  /** Tells every watcher that the watch is over. */
  failWatches(error: Error): void {
    for (const listener of this.#listeners.values()) listener.onError(error);
  }

  exec(target: ExecTarget, command: readonly string[], options: ExecOptions): Promise<number> {
    this.#call('exec');
    const pod = this.#pod(target.pod);
    if (!pod) throw new ClusterApiError('not found', 404, 'NotFound');
    return pod.exec(command, options);
  }

  async podWarnings(): Promise<PodWarning[]> {
    this.#call('podWarnings');
    return this.warnings;
  }

  #pod(name: string): ScriptedPod | undefined {
    return this.pods.find((pod) => pod.pod.metadata?.name === name);
  }

  #call(verb: keyof ScriptedCluster['failures'] | 'podWarnings'): void {
    this.calls.push(verb);
    const failure = verb === 'podWarnings' ? undefined : this.failures[verb];
    if (failure) throw failure;
  }
}

/** One Pod's log and events, and the connections that read them. */
export class ScriptedPod {
  readonly pod: Pod;
  log = Buffer.alloc(0);
  events: string[] = [];
  /** Whether events are held back, so that the log tells first. */
  holdEvents = false;
  /** Whether `exec` works yet. */
  reachable = true;
  onCancel: () => void = () => undefined;
  readonly #change: (pod: Pod | undefined) => void;
  readonly #readers = new Set<{ broken: Deferred<never>; wake: () => void }>();

  constructor(pod: Pod, change: (pod: Pod | undefined) => void) {
    this.pod = pod;
    this.#change = change;
  }

  status(status: Pod['status'], spec: Partial<Pod['spec']> = {}): void {
    this.#change({
      ...this.pod,
      spec: { ...this.pod.spec, ...spec } as NonNullable<Pod['spec']>,
      ...(status && { status }),
    });
  }

  running(): void {
    const state = { running: { startedAt: '2026-01-01T00:00:00Z' } };
    const containerStatuses = ['build', 'helper'].map((name) => ({
      name,
      image: 'img',
      imageID: '',
      ready: true,
      restartCount: 0,
      state,
    }));
    this.status({ phase: 'Running', containerStatuses }, { nodeName: 'n' });
  }

  deleted(): void {
    this.#change(undefined);
  }

  print(text: string | Uint8Array): void {
    this.log = Buffer.concat([this.log, Buffer.from(text)]);
    this.#wakeAll();
  }

  /** Writes an event as the supervisor does: into the events file, and for stages into the log as well. */
  event(nonce: string, event: Record<string, unknown> & { event: PodEvent['event'] }): void {
    const line = JSON.stringify({ nonce, time: 1700000000, offset: this.log.length, ...event });
    this.events.push(line);
    if (event.event.startsWith('stage_')) this.print(markerStart(nonce) + line + markerEnd);
    this.#wakeAll();
  }

  /** Breaks every open connection. */
  break(error: Error): void {
    for (const reader of this.#readers) reader.broken.reject(error);
  }

  async exec(command: readonly string[], options: ExecOptions): Promise<number> {
    if (!this.reachable) throw new ClusterApiError('container not found ("helper")', 500, 'InternalError');
    if (command[0] === 'cancel') {
      this.onCancel();
      return 0;
    }
    const reader = { broken: deferred<never>(), wake: () => undefined as void };
    reader.broken.promise.catch(() => undefined);
    this.#readers.add(reader);
    options.signal.addEventListener('abort', () => reader.broken.reject(new ConnectionLostError('aborted')));
    try {
      return await Promise.race([
        this.#stream(Number(command[1]), Number(command[2]), options, reader),
        reader.broken.promise,
      ]);
    } finally {
      this.#readers.delete(reader);
    }
  }

  /** Hands out what is there in small pieces, and waits for more. */
  async #stream(offset: number, line: number, options: ExecOptions, reader: { wake: () => void }): Promise<never> {
    let log = offset;
    let events = line;
    for (;;) {
      if (options.signal.aborted || ![...this.#readers].includes(reader as never)) await new Promise(() => undefined);
      if (events < this.events.length && !this.holdEvents)
        await options.onStderr?.(Buffer.from(`${this.events[events++]}\n`));
      else if (log < this.log.length) {
        const piece = this.log.subarray(log, log + 7);
        log += piece.length;
        await options.onStdout?.(piece);
      } else await new Promise<void>((resolve) => (reader.wake = resolve));
    }
  }

  #wakeAll(): void {
    for (const reader of this.#readers) reader.wake();
  }
}
