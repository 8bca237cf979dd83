import { EventEmitter } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import { arch, availableParallelism, tmpdir, totalmem } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { ContainerTarget, LogOptions, Node, NodeApi, ProcessStreams } from '../node.ts';
import type { ContainerProcess } from './container-process.ts';
import { detectLauncher } from './detect-launcher.ts';
import { nodeName } from './field-value.ts';
import type { Launcher } from './launcher.ts';
import { logStream } from './log-stream.ts';
import { PipeMaker } from './pipe-maker.ts';
import { PodRun } from './pod-run.ts';
import { removeTree } from './remove-tree.ts';
import type { NodeFacts } from './schedule.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface HostProcessNodeOptions {
  /**
   * Directory that everything is kept in and nothing is made outside of; absolute, made when it does not exist, otherwise
   * empty; removed by `close`. Without namespaces, mount paths must lie below it. Default: a new one in the system's
   * directory for temporary files.
   */
  readonly root?: string;
  /**
   * `namespaces`: each container has a mount, PID and UTS namespace of its own. `processes`: plain processes. `auto`, the
   * default: the former where a trial shows that the host allows it.
   */
  readonly mode?: 'auto' | 'namespaces' | 'processes';
  /** `PATH` of containers that set none, and where the node's own tools are looked up; default: the usual six directories. */
  readonly path?: string;
}

/** What tests can do to containers. */
export interface HostProcessNode extends Node {
  /** How containers are run. */
  readonly mode: 'namespaces' | 'processes';
  /** The directory that everything is kept in. */
  readonly root: string;
  /**
   * Sends a signal to the main process of a running container.
   * @param reason what its end is put down to in the status, such as `OOMKilled`; default: `Error`
   * @throws Error `container not found ("name")`
   */
  killContainer(target: ContainerTarget, signal: NodeJS.Signals, reason?: string): void;
  /** Fails a Pod with reason `Evicted` and kills its containers; nothing when the node has no such Pod. */
  evict(pod: Pod, message: string): void;
}

/**
 * Makes the node of the embedded cluster that runs containers as processes of this host.
 * @throws Error when `root` cannot be used, or namespaces were asked for and the host denies them
 */
export function hostProcessNode(
  options: HostProcessNodeOptions = {},
): (api: NodeApi, faults: { imagePullFailure(image: string): string | undefined }) => HostProcessNode {
  return (api, faults) => new RunningNode(options, api, faults);
}

class RunningNode implements HostProcessNode {
  readonly description: string;
  readonly mode: 'namespaces' | 'processes';
  readonly root: string;
  readonly #api: NodeApi;
  readonly #faults: { imagePullFailure(image: string): string | undefined };
  readonly #launcher: Launcher;
  readonly #pipes: PipeMaker;
  readonly #path: string;
  /** By uid. */
  readonly #pods = new Map<string, { readonly pod: Pod; readonly run: PodRun; removed?: Promise<void> }>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #facts: NodeFacts = {
    name: nodeName,
    labels: {
      'kubernetes.io/arch': goArch(),
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': process.platform,
    },
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
  };
  #closed = false;

  constructor(
    options: HostProcessNodeOptions,
    api: NodeApi,
    faults: { imagePullFailure(image: string): string | undefined },
  ) {
    this.#api = api;
    this.#faults = faults;
    this.#path = options.path ?? defaultPath;
    this.root = makeRoot(options.root);
    const toolPath = `${this.#path}:${defaultPath}`;
    const uid = process.geteuid?.() ?? -1;
    const { mode = 'auto' } = options;
    this.#launcher = detectLauncher({ mode, root: this.root, toolPath, platform: process.platform, uid });
    this.mode = this.#launcher.mode;
    this.description = this.#launcher.description;
    mkdirSync(this.#own('pods'), { recursive: true, mode: 0o700 });
    this.#pipes = new PipeMaker(this.#own(), toolPath);
    this.#pipes.warmUp();
  }

  podAdded(pod: Pod): void {
    const { uid = '' } = pod.metadata ?? {};
    if (this.#closed || this.#pods.has(uid)) return;
    const deps = {
      api: this.#api,
      objects: this.#api,
      faults: this.#faults,
      launcher: this.#launcher,
      pipes: this.#pipes,
      path: this.#path,
      node: this.#facts,
      events: this.#events,
    };
    const run = new PodRun(deps, pod, this.#own('pods', uid));
    this.#pods.set(uid, { pod, run });
    run.start();
  }

  podDeleting(pod: Pod): void {
    const { deletionGracePeriodSeconds, uid = '' } = pod.metadata ?? {};
    const entry = this.#pods.get(uid);
    if (!entry) return this.#api.removePod(pod);
    const stopped = entry.run.stop(deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30);
    // Asked again, with less patience: the first answer is on its way.
    entry.removed ??= stopped.then(async () => this.#remove(pod, uid));
  }

  async exec(
    target: ContainerTarget,
    command: readonly string[],
    streams: ProcessStreams,
    signal: AbortSignal,
  ): Promise<number> {
    return this.#process(target).exec(command, streams, signal);
  }

  async attach(target: ContainerTarget, streams: ProcessStreams, signal: AbortSignal): Promise<number> {
    return this.#process(target).attach(streams, signal);
  }

  async *logs(target: ContainerTarget, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const log = options.previous ? undefined : this.#find(target)?.logOf(target.container);
    const { container, pod } = target;
    if (options.previous) throw new Error(`previous terminated container "${container}" in pod "${pod}" not found`);
    if (!log) throw new Error(`container "${container}" in pod "${pod}" has not been started`);
    yield* logStream(log, options, signal);
  }

  killContainer(target: ContainerTarget, signal: NodeJS.Signals, reason?: string): void {
    const run = this.#find(target);
    if (!run) throw notFound(target);
    run.killContainer(target.container, signal, reason);
  }

  evict(pod: Pod, message: string): void {
    this.#pods.get(pod.metadata?.uid ?? '')?.run.evict(message);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pods.values()].map(async ({ run, removed }) => Promise.all([run.stop(0), removed])));
    await this.#pipes.close();
    await removeTree(this.root);
  }

  async #remove(pod: Pod, uid: string): Promise<void> {
    await removeTree(this.#own('pods', uid)).catch((error: unknown) => {
      // `close` tries again, and says so when it cannot either.
      this.#api.recordEvent(pod, 'Warning', 'FailedKillPod', error instanceof Error ? error.message : String(error));
    });
    this.#pods.delete(uid);
    this.#api.removePod(pod);
  }

  #process(target: ContainerTarget): ContainerProcess {
    const process = this.#find(target)?.processOf(target.container);
    if (!process) throw notFound(target);
    return process;
  }

  /** The latest Pod of that name: an earlier one may still be on its way out. */
  #find({ namespace, pod: name }: ContainerTarget): PodRun | undefined {
    const named = ({ pod: { metadata } }: { pod: Pod }): boolean =>
      metadata?.name === name && metadata.namespace === namespace;
    return [...this.#pods.values()].findLast(named)?.run;
  }

  /** Apart from the mount paths of Pods, which may be anywhere below the root. */
  #own(...names: string[]): string {
    return join(this.root, '.node', ...names);
  }
}

function notFound({ container }: ContainerTarget): Error {
  return new Error(`container not found ("${container}")`);
}

/** Private, whatever the umask: the contents of Secrets are in it. */
function makeRoot(root: string | undefined): string {
  if (root === undefined) return realpathSync.native(mkdtempSync(join(tmpdir(), 'podwright-')));
  if (!isAbsolute(root)) throw new Error(`root ${root} must be an absolute path`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  if (readdirSync(root).length > 0)
    throw new Error(`root ${root} must be empty: everything in it is removed at the end`);
  chmodSync(root, 0o700);
  return realpathSync.native(root);
}

/** Nodes are labelled in Go's terms. */
function goArch(): string {
  return { x64: 'amd64', ia32: '386' }[arch()] ?? arch();
}
