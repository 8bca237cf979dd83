/// <reference lib="esnext.disposable" />
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  parseEvent,
  type CacheUrls,
  type FinishedEvent,
  type Plan,
  type PlanRequest,
  type PodEvent,
  type Stage,
  type StageContainer,
  type StageFinishedEvent,
  type Strategy,
} from '@podwright/core';
import { createShell } from '../src/index.ts';
import { testRequest, type TestJob } from './request.ts';
import type { TestShell } from './shells.ts';

export interface HostPodOptions extends TestJob {
  readonly shell: TestShell;
  /** Stages in place of those of the job. */
  readonly stages?: readonly Stage[];
  readonly timeoutSeconds?: number;
  /** Of the stages in place of the job's; default `attach`. */
  readonly strategy?: Strategy;
  readonly cacheUrls?: ReadonlyMap<string, CacheUrls>;
  /** Put before the command of a container: other user, other namespaces. */
  readonly wrap?: Partial<Record<StageContainer, readonly string[]>>;
  readonly env?: NodeJS.ProcessEnv;
}

/** A stage with everything in place but what the test is about. */
export function stage(name: string, script: string, rest: Partial<Stage> = {}): Stage {
  return {
    name,
    title: name,
    container: 'build',
    condition: 'on_success',
    afterCancel: false,
    afterTimeout: false,
    attempts: 1,
    countsForResult: true,
    script: `${script}\n`,
    ...rest,
  };
}

/** The two supervisors of a job as processes of this machine, with the job's folders under a temporary one: `$ROOT`. */
export class HostPod {
  readonly root = mkdtempSync(join(tmpdir(), 'podwright-shell-'));
  readonly request: PlanRequest;
  readonly plan: Plan;
  readonly events: PodEvent[] = [];
  readonly #options: HostPodOptions;
  readonly #children = new Map<string, ChildProcess>();
  readonly #waiting = new Set<() => void>();

  constructor(options: HostPodOptions) {
    this.#options = options;
    const runner = { shell: options.shell.name === 'bash' ? ('' as const) : ('sh' as const), ...options.runner };
    const variables = [{ key: 'ROOT', value: this.root }, ...(options.variables ?? [])];
    const { cacheUrls } = options;
    const request = testRequest({ ...options, variables, runner, root: this.root });
    this.request = { ...request, ...(cacheUrls && { cacheUrls }) };
    const shell = createShell();
    const { stages, timeoutSeconds, strategy = 'attach' } = options;
    const planned =
      stages === undefined ? shell.plan(this.request) : { nonce: 'nonce', strategy, timeoutSeconds: 3600, stages };
    this.plan = timeoutSeconds === undefined ? planned : { ...planned, timeoutSeconds };
    this.#makeFolders(shell.files(this.plan, this.request));
    this.#follow();
  }

  get log(): string {
    return readFileSync(join(this.request.paths.controlDir, 'log'), 'latin1');
  }

  /** The log without the supervisor's markers. */
  get output(): string {
    // oxlint-disable-next-line no-control-regex -- markers begin and end with a control character
    return Buffer.from(this.log.replaceAll(/\u001enonce\{[^\u001e]*\}\u001e/g, ''), 'latin1').toString();
  }

  /** Starts one container, or both. `wrap` is put before its command. */
  start(container?: StageContainer, wrap: readonly string[] = this.#options.wrap?.[container ?? 'build'] ?? []): this {
    if (container === undefined) return this.start('helper').start('build');
    const [, ...rest] = createShell().containerCommand(container, this.request.paths);
    this.#spawn(container, [...wrap, ...this.#options.shell.command, ...rest]);
    return this;
  }

  /** Resolves with the first event that fits, past or to come. */
  async event<E extends PodEvent>(fits: (event: PodEvent) => event is E): Promise<E> {
    for (;;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async finished(): Promise<FinishedEvent> {
    return this.event((event): event is FinishedEvent => event.event === 'finished');
  }

  /** How the attempts of the stages ended so far. */
  ended(): StageFinishedEvent[] {
    return this.events.filter((event): event is StageFinishedEvent => event.event === 'stage_finished');
  }

  async cancel(): Promise<void> {
    const [, ...rest] = createShell().cancelCommand(this.request.paths);
    const child = this.#spawn('cancel', [...this.#options.shell.command, ...rest]);
    await new Promise((resolve) => child.once('exit', resolve));
  }

  /** Resolves once the output has the text. */
  async printed(text: string): Promise<void> {
    const child = spawn('tail', ['-c', '+1', '-f', join(this.request.paths.controlDir, 'log')]);
    this.#children.set('printed', child);
    let seen = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes(text)) resolve();
      });
    });
    child.kill('SIGKILL');
  }

  child(name: string): ChildProcess {
    const child = this.#children.get(name);
    if (child === undefined) throw new Error(`${name} was not started`);
    return child;
  }

  /** Ends the supervisors as the deletion of the Pod does, and removes the folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, child] of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // The first process of a PID namespace takes everything with it.
      child.kill(name === 'follow' || child.spawnargs[0] === 'unshare' ? 'SIGKILL' : 'SIGTERM');
      await ended;
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  #makeFolders(files: ReadonlyMap<string, string>): void {
    const { jobDir, controlDir, projectDir } = this.request.paths;
    chmodSync(this.root, 0o755);
    mkdirSync(jobDir);
    for (const folder of [this.request.paths.buildsDir, controlDir]) {
      mkdirSync(folder);
      chmodSync(folder, 0o777);
    }
    if (this.#options.stages !== undefined) {
      mkdirSync(projectDir, { recursive: true });
      chmodSync(dirname(projectDir), 0o777);
    }
    for (const [name, text] of files) writeFileSync(join(jobDir, name), text);
  }

  #follow(): void {
    const from = { logOffset: 0, eventLine: 0 };
    const child = this.#spawn('follow', createShell().followCommand(this.request.paths, from));
    child.stdout?.resume();
    if (child.stderr === null) throw new Error('no stderr');
    createInterface({ input: child.stderr }).on('line', (line) => {
      const event = parseEvent(line, 'nonce');
      if (event !== undefined) this.events.push(event);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const wake of waiting) wake();
    });
  }

  #spawn(name: string, command: readonly string[]): ChildProcess {
    const [program = '', ...args] = command;
    // oxlint-disable-next-line node/no-process-env -- PATH, and whatever a machine needs
    const env = { ...process.env, ...this.#options.env };
    // A bug in the supervisor shows in what it prints itself; follow prints log and events.
    const quiet = name === 'follow' ? 'pipe' : 'inherit';
    const child = spawn(program, args, { env, stdio: ['ignore', quiet, quiet] });
    this.#children.set(name, child);
    return child;
  }
}
