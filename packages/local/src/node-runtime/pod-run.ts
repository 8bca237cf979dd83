import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { NodeApi } from '../node.ts';
import { ContainerLog } from './container-log.ts';
import { containerPlan, type ContainerPlanDeps } from './container-plan.ts';
import { ContainerProblem } from './container-problem.ts';
import { ContainerProcess, type ContainerProcessDeps } from './container-process.ts';
import { nodeName } from './field-value.ts';
import { pullImage } from './image-pull.ts';
import type { Launcher } from './launcher.ts';
import { firstState, now, podStatus, unscheduledStatus, type ContainerRecord, type PodFacts } from './pod-status.ts';
import { unschedulableReason, type NodeFacts } from './schedule.ts';
import { terminationMessage } from './termination-message.ts';
import { makeVolume, type VolumeDirectory } from './volume-directory.ts';

export interface PodRunDeps extends ContainerPlanDeps, ContainerProcessDeps {
  readonly api: NodeApi;
  readonly faults: { imagePullFailure(image: string): string | undefined };
  readonly launcher: Launcher;
  readonly node: NodeFacts;
  /** Emits `released` whenever a container has ended: a path that it used may be free now. */
  readonly events: EventEmitter;
}

/** A container's record with what only the node has of it. */
interface Running extends ContainerRecord {
  process?: ContainerProcess;
  log?: ContainerLog;
  directory?: string;
  /** Why it was killed from outside, such as `OOMKilled`. */
  killedFor?: string;
}

/** The life of one Pod on this node, as kubelet leads it, for restartPolicy Never. */
export class PodRun {
  readonly #deps: PodRunDeps;
  readonly #pod: Pod;
  readonly #directory: string;
  readonly #containers: readonly Running[];
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
    this.#containers = [
      ...initContainers.map((container) => ({ container, init: true, state: firstState(pod, true) })),
      ...containers.map((container) => ({ container, init: false, state: firstState(pod, false) })),
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
    const record = this.#find(container);
    if (!record?.process) throw new Error(`container not found ("${container}")`);
    if (reason !== undefined) record.killedFor = reason;
    record.process.signal(signal);
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
      await this.#runContainer(record, volumes);
      if (record.state.terminated?.exitCode !== 0) return;
    }
    const main = this.#containers.filter(({ init }) => !init);
    await Promise.all(main.map((record) => this.#runContainer(record, volumes)));
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

  async #runContainer(record: Running, volumes: ReadonlyMap<string, VolumeDirectory>): Promise<void> {
    const { container } = record;
    const { signal } = this.#stop;
    await pullImage(container, (image) => this.#deps.faults.imagePullFailure(image), {
      signal,
      pause: async (milliseconds) => delay(milliseconds, undefined, { signal, ref: false }).catch(() => {}),
      waiting: (reason, message) => this.#wait(record, reason, message),
      event: (...event) => this.#event(...event),
    });
    const process = await this.#startContainer(record, volumes);
    if (!process) return;
    const startedAt = now();
    record.process = process;
    record.state = { running: { startedAt } };
    this.#event('Normal', 'Started', `Started container ${container.name}`);
    if (signal.aborted) process.signal('SIGKILL');
    else this.#report();
    await this.#containerEnd(record, process, startedAt);
  }

  async #containerEnd(record: Running, process: ContainerProcess, startedAt: string): Promise<void> {
    const { container, directory = '', log } = record;
    const exitCode = await process.exited;
    delete record.process;
    const message = log ? await terminationMessage(container, directory, log, exitCode) : '';
    const reason = record.killedFor ?? (exitCode === 0 ? 'Completed' : 'Error');
    const end = { exitCode, reason, startedAt, finishedAt: now(), ...(message === '' ? {} : { message }) };
    record.state = { terminated: { ...end, containerID: record.id ?? '' } };
    this.#report();
    this.#deps.events.emit('released');
  }

  /** @returns undefined when it cannot be started, or the Pod was stopped before it could be */
  async #startContainer(
    record: Running,
    volumes: ReadonlyMap<string, VolumeDirectory>,
  ): Promise<ContainerProcess | undefined> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt += 1) {
      try {
        return await this.#tryStart(record, volumes, attempt);
      } catch (error) {
        if (await this.#startFailed(record, error)) return undefined;
      }
    }
    return undefined;
  }

  async #tryStart(
    record: Running,
    volumes: ReadonlyMap<string, VolumeDirectory>,
    attempt: number,
  ): Promise<ContainerProcess> {
    const { container } = record;
    record.directory = join(this.#directory, 'containers', container.name, String(attempt));
    const plan = containerPlan(this.#deps, this.#pod, container, volumes, record.directory);
    const log = new ContainerLog(join(record.directory, 'log'));
    try {
      const process = await ContainerProcess.start(this.#deps, plan, log);
      record.log = log;
      record.id = `process://${randomBytes(32).toString('hex')}`;
      this.#event('Normal', 'Created', `Created container ${container.name}`);
      return process;
    } finally {
      if (record.log !== log) log.end();
    }
  }

  /** @returns whether that was the last try */
  async #startFailed(record: Running, error: unknown): Promise<boolean> {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof ContainerProblem ? error.reason : 'CreateContainerError';
    this.#event('Warning', 'Failed', `Error: ${message}`);
    if (reason === 'StartError') {
      // As kubelet with containerd: a container that never ran began in 1970.
      const startedAt = '1970-01-01T00:00:00Z';
      record.state = { terminated: { exitCode: 128, reason, message, startedAt, finishedAt: now() } };
      this.#report();
      return true;
    }
    this.#wait(record, reason, message);
    if (reason !== 'CreateContainerConfigError') return true;
    await this.#change();
    return false;
  }

  #wait(record: Running, reason: string, message: string): void {
    record.state = { waiting: { reason, message } };
    this.#report();
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

  #find(name: string): Running | undefined {
    return this.#containers.find(({ container }) => container.name === name);
  }
}
