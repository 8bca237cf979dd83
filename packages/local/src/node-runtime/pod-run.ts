import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerProcess } from './container-process.ts';
import { ContainerRun, type ContainerRunDeps, type ContainerRunPod } from './container-run.ts';
import { nodeName } from './field-value.ts';
import { now, podStatus, unscheduledStatus, type PodFacts } from './pod-status.ts';
import { unschedulableReason, type NodeFacts } from './schedule.ts';
import { makeVolume, type VolumeDirectory } from './volume-directory.ts';

export interface PodRunDeps extends ContainerRunDeps {
  readonly api: NodeApi;
  readonly node: NodeFacts;
}

/** The life of one Pod on this node, as kubelet leads it, for restartPolicy Never. */
export class PodRun {
  readonly #deps: PodRunDeps;
  readonly #pod: Pod;
  readonly #directory: string;
  readonly #containers: readonly ContainerRun[];
  readonly #stop = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #startTime = now();
  #failure: PodFacts['failure'];
  #ready = false;
  #scheduled = false;
  #ended: Promise<void> = Promise.resolve();

  /** @param directory that this makes and fills; removed by the caller once the Pod has stopped */
  constructor(deps: PodRunDeps, pod: Pod, directory: string) {
    this.#deps = deps;
    this.#pod = pod;
    this.#directory = directory;
    const { containers = [], initContainers = [] } = pod.spec ?? {};
    const of: ContainerRunPod = {
      pod,
      directory,
      stop: this.#stop.signal,
      report: () => this.#report(),
      event: (...event) => this.#event(...event),
      change: async () => this.#change(),
    };
    this.#containers = [
      ...initContainers.map((container) => new ContainerRun(deps, of, container, true)),
      ...containers.map((container) => new ContainerRun(deps, of, container, false)),
    ];
  }

  /** Schedules and runs the Pod; everything from here on is told to the API. */
  start(): void {
    this.#ended = this.#run()
      .catch((error: unknown) => this.#fail('NodeError', error instanceof Error ? error.message : String(error), 0))
      .finally(() => this.#clearTimers());
  }

  /** The container's process while it runs. */
  processOf(container: string): ContainerProcess | undefined {
    return this.#find(container)?.process;
  }

  /** The container's log, from its start on. */
  logOf(container: string): ContainerLog | undefined {
    return this.#find(container)?.log;
  }

  /** Sends a signal to a container's main process; `reason` is what its end will be put down to. */
  killContainer(container: string, signal: NodeJS.Signals, reason?: string): void {
    const found = this.#find(container);
    if (!found) throw new Error(`container not found ("${container}")`);
    found.kill(signal, reason);
  }

  /** Ends the Pod at once, as kubelet does when the node runs out of something. */
  evict(message: string): void {
    this.#event('Warning', 'Evicted', message);
    this.#fail('Evicted', message, 0);
  }

  /** Stops all containers, by force after the grace period. Resolves when nothing runs any more. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stop.abort();
    for (const { container, process } of this.#containers) {
      if (!process) continue;
      this.#event('Normal', 'Killing', `Stopping container ${container.name}`);
      process.signal(graceSeconds > 0 ? 'SIGTERM' : 'SIGKILL');
    }
    if (graceSeconds > 0) this.#after(graceSeconds, () => this.#killAll());
    return this.#ended;
  }

  async #run(): Promise<void> {
    const unfit = unschedulableReason(this.#pod, this.#deps.node);
    if (unfit !== undefined) return this.#refuse(unfit);
    this.#assign();
    const volumes = await this.#makeVolumes();
    if (!volumes) return;
    this.#ready = true;
    for (const record of this.#containers.filter(({ init }) => init)) {
      await record.run(volumes);
      if (record.state.terminated?.exitCode !== 0) return;
    }
    const main = this.#containers.filter(({ init }) => !init);
    await Promise.all(main.map(async (record) => record.run(volumes)));
  }

  #refuse(message: string): void {
    this.#deps.api.updatePod(this.#pod, (current) => {
      Object.assign(current, { status: unscheduledStatus(message, current.status) });
    });
    this.#event('Warning', 'FailedScheduling', message);
  }

  #assign(): void {
    const { metadata = {}, spec } = this.#pod;
    this.#scheduled = true;
    this.#report();
    this.#event('Normal', 'Scheduled', `Successfully assigned ${metadata.namespace}/${metadata.name} to ${nodeName}`);
    const policy = spec?.restartPolicy ?? 'Always';
    if (policy !== 'Never') {
      const message = `restartPolicy ${policy} is not supported by this node: containers are not restarted, as with Never`;
      this.#event('Warning', 'RestartPolicyIgnored', message);
    }
    const seconds = spec?.activeDeadlineSeconds;
    if (seconds === undefined) return;
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#after(seconds, () => {
      this.#event('Normal', 'DeadlineExceeded', message);
      this.#fail('DeadlineExceeded', message, spec?.terminationGracePeriodSeconds ?? 30);
    });
  }

  /** @returns undefined when the Pod was stopped before they could be made */
  async #makeVolumes(): Promise<ReadonlyMap<string, VolumeDirectory> | undefined> {
    const parent = join(this.#directory, 'volumes');
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    const group = this.#deps.launcher.realUsers ? this.#pod.spec?.securityContext?.fsGroup : undefined;
    const made = new Map<string, VolumeDirectory>();
    let told = '';
    while (!this.#stop.signal.aborted) {
      try {
        for (const volume of this.#pod.spec?.volumes ?? []) {
          if (made.has(volume.name)) continue;
          made.set(volume.name, makeVolume(this.#pod, volume, this.#deps.objects, parent, group));
        }
        return made;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== told) this.#event('Warning', 'FailedMount', message);
        told = message;
        await this.#change();
      }
    }
    return undefined;
  }

  #report(): void {
    const facts: PodFacts = {
      containers: this.#containers,
      startTime: this.#startTime,
      ready: this.#ready,
      failure: this.#failure,
    };
    this.#deps.api.updatePod(this.#pod, (current) => {
      if (current.spec) current.spec.nodeName = nodeName;
      Object.assign(current, { status: structuredClone(podStatus(facts, current.status)) });
    });
  }

  #fail(reason: string, message: string, graceSeconds: number): void {
    this.#failure = { reason, message };
    if (this.#scheduled) this.#report();
    void this.stop(graceSeconds);
  }

  /** Resolves when an object, or a path that another container used, may have become what a container waits for. */
  async #change(): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        unsubscribe();
        this.#deps.events.off('released', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const unsubscribe = this.#deps.api.onObjectsChanged(this.#pod.metadata?.namespace ?? '', done);
      this.#deps.events.on('released', done);
      signal.addEventListener('abort', done);
    });
  }

  #killAll(): void {
    for (const { process } of this.#containers) process?.signal('SIGKILL');
  }

  #after(seconds: number, action: () => void): void {
    // A longer timer than Node has would fire at once.
    const timer = setTimeout(action, Math.min(seconds * 1000, 2 ** 31 - 1));
    timer.unref();
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#deps.api.recordEvent(this.#pod, type, reason, message);
  }

  #find(name: string): ContainerRun | undefined {
    return this.#containers.find(({ container }) => container.name === name);
  }
}
