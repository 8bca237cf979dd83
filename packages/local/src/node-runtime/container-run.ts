import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerState, Pod } from 'kubernetes-types/core/v1.js';
import { ContainerLog } from './container-log.ts';
import { containerPlan, type ContainerPlanDeps } from './container-plan.ts';
import { ContainerProblem } from './container-problem.ts';
import { ContainerProcess, type ContainerProcessDeps } from './container-process.ts';
import { pullImage } from './image-pull.ts';
import type { Launcher } from './launcher.ts';
import { firstState, now, type ContainerRecord } from './pod-status.ts';
import { terminationMessage } from './termination-message.ts';
import type { VolumeDirectory } from './volume-directory.ts';

export interface ContainerRunDeps extends ContainerPlanDeps, ContainerProcessDeps {
  readonly launcher: Launcher;
  readonly faults: { imagePullFailure(image: string): string | undefined };
  /** Emits `released` whenever a container has ended: a path that it used may be free now. */
  readonly events: EventEmitter;
}

/** What a container needs of the Pod it is in. */
export interface ContainerRunPod {
  readonly pod: Pod;
  /** The Pod's directory on the host. */
  readonly directory: string;
  /** Aborted when the Pod is to stop. */
  readonly stop: AbortSignal;
  /** Told that the container's state is another one. */
  report(): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Resolves when an object, or a path that another container used, may have become what a container waits for. */
  change(): Promise<void>;
}

/** The life of one container, from the pull of its image to its end. */
export class ContainerRun implements ContainerRecord {
  readonly container: Container;
  readonly init: boolean;
  state: ContainerState;
  id?: string;
  /** While it runs. */
  process?: ContainerProcess;
  /** From its start on. */
  log?: ContainerLog;
  readonly #deps: ContainerRunDeps;
  readonly #of: ContainerRunPod;
  #directory = '';
  /** Why it was killed from outside, such as `OOMKilled`. */
  #killedFor: string | undefined;

  constructor(deps: ContainerRunDeps, of: ContainerRunPod, container: Container, init: boolean) {
    this.#deps = deps;
    this.#of = of;
    this.container = container;
    this.init = init;
    this.state = firstState(of.pod, init);
  }

  /** Resolves when it has ended, or will never run. @param volumes by name */
  async run(volumes: ReadonlyMap<string, VolumeDirectory>): Promise<void> {
    const { container } = this;
    const { stop: signal } = this.#of;
    await pullImage(container, (image) => this.#deps.faults.imagePullFailure(image), {
      signal,
      pause: async (milliseconds) => delay(milliseconds, undefined, { signal, ref: false }).catch(() => {}),
      waiting: (reason, message) => this.#wait(reason, message),
      event: (...event) => this.#of.event(...event),
    });
    const process = await this.#start(volumes);
    if (!process) return;
    const startedAt = now();
    this.process = process;
    this.state = { running: { startedAt } };
    this.#of.event('Normal', 'Started', `Started container ${container.name}`);
    if (signal.aborted) process.signal('SIGKILL');
    else this.#of.report();
    await this.#end(process, startedAt);
  }

  /**
   * Sends a signal to its main process.
   * @param reason what its end is put down to
   * @throws Error when it does not run
   */
  kill(signal: NodeJS.Signals, reason?: string): void {
    if (!this.process) throw new Error(`container not found ("${this.container.name}")`);
    if (reason !== undefined) this.#killedFor = reason;
    this.process.signal(signal);
  }

  async #end(process: ContainerProcess, startedAt: string): Promise<void> {
    const { container, log } = this;
    const exitCode = await process.exited;
    delete this.process;
    const message = log ? await terminationMessage(container, this.#directory, log, exitCode) : '';
    const reason = this.#killedFor ?? (exitCode === 0 ? 'Completed' : 'Error');
    const end = { exitCode, reason, startedAt, finishedAt: now(), ...(message === '' ? {} : { message }) };
    this.state = { terminated: { ...end, containerID: this.id ?? '' } };
    this.#of.report();
    this.#deps.events.emit('released');
  }

  /** @returns undefined when it cannot be started, or the Pod was stopped before it could be */
  async #start(volumes: ReadonlyMap<string, VolumeDirectory>): Promise<ContainerProcess | undefined> {
    for (let attempt = 0; !this.#of.stop.aborted; attempt += 1) {
      try {
        return await this.#tryStart(volumes, attempt);
      } catch (error) {
        if (await this.#startFailed(error)) return undefined;
      }
    }
    return undefined;
  }

  async #tryStart(volumes: ReadonlyMap<string, VolumeDirectory>, attempt: number): Promise<ContainerProcess> {
    const { container } = this;
    const { pod, directory } = this.#of;
    this.#directory = join(directory, 'containers', container.name, String(attempt));
    const plan = containerPlan(this.#deps, pod, container, volumes, this.#directory);
    const log = new ContainerLog(join(this.#directory, 'log'));
    try {
      const process = await ContainerProcess.start(this.#deps, plan, log);
      this.log = log;
      this.id = `process://${randomBytes(32).toString('hex')}`;
      this.#of.event('Normal', 'Created', `Created container ${container.name}`);
      return process;
    } finally {
      if (this.log !== log) log.end();
    }
  }

  /** @returns whether that was the last try */
  async #startFailed(error: unknown): Promise<boolean> {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof ContainerProblem ? error.reason : 'CreateContainerError';
    this.#of.event('Warning', 'Failed', `Error: ${message}`);
    if (reason === 'StartError') {
      // As kubelet with containerd: a container that never ran began in 1970.
      const startedAt = '1970-01-01T00:00:00Z';
      this.state = { terminated: { exitCode: 128, reason, message, startedAt, finishedAt: now() } };
      this.#of.report();
      return true;
    }
    this.#wait(reason, message);
    if (reason !== 'CreateContainerConfigError') return true;
    await this.#of.change();
    return false;
  }

  #wait(reason: string, message: string): void {
    this.state = { waiting: { reason, message } };
    this.#of.report();
  }
}
