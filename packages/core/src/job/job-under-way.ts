import type { RunnerConfig } from '../config/runner-config.ts';
import type { ContainerDeclaration } from '../pod/draft.ts';
import type { JobContext, JobLog, StateKey } from './context.ts';
import type { JobPaths } from './paths.ts';
import type { JobPayload } from './payload.ts';
import type { Variables } from './variables.ts';

/** What a `JobContext` is made from. */
export type JobContextOptions = Pick<
  JobContext,
  'payload' | 'variables' | 'runner' | 'paths' | 'namespace' | 'signal' | 'log'
>;

const own: readonly ContainerDeclaration[] = [
  { name: 'build', role: 'build' },
  { name: 'helper', role: 'helper' },
];

/** The one implementation of `JobContext`; the life of the job counts its attempts. */
export class JobUnderWay implements JobContext {
  readonly payload: JobPayload;
  readonly variables: Variables;
  readonly runner: RunnerConfig;
  readonly paths: JobPaths;
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly log: JobLog;
  attempt = 0;
  readonly #containers: ContainerDeclaration[] = [...own];
  readonly #states = new Map<StateKey<unknown>, unknown>();
  #sealed = false;

  constructor(options: JobContextOptions) {
    this.payload = options.payload;
    this.variables = options.variables;
    this.runner = options.runner;
    this.paths = options.paths;
    this.namespace = options.namespace;
    this.signal = options.signal;
    this.log = options.log;
  }

  get containers(): readonly ContainerDeclaration[] {
    return this.#containers;
  }

  declareContainer(container: ContainerDeclaration): void {
    if (this.#sealed) throw new Error(`container ${container.name} is declared after prepare`);
    if (this.#containers.some((other) => other.name === container.name)) {
      throw new Error(`there is a container ${container.name} already`);
    }
    this.#containers.push(container);
  }

  state<T>(key: StateKey<T>): T {
    if (!this.#states.has(key)) this.#states.set(key, key.initial());
    return this.#states.get(key) as T;
  }

  /** `prepare` is over: the containers are known. */
  seal(): void {
    this.#sealed = true;
  }
}
