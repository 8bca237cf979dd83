import type { RunnerConfig } from '../config/runner-config.ts';
import type { ContainerDeclaration } from '../pod/draft.ts';
import type { JobContext, JobLog, StateKey } from './context.ts';
import type { JobPaths } from './paths.ts';
import type { JobPayload } from './payload.ts';
import type { Variables } from './variables.ts';

/** What a `JobContext` is made from, besides the runner. */
export type JobContextOptions = Pick<JobContext, 'payload' | 'variables' | 'paths' | 'namespace' | 'signal' | 'log'>;

/** In the order in which the kubelet starts them, one after the other: the helper has work before the build container has (ADR 10). */
const own: readonly ContainerDeclaration[] = [
  { name: 'helper', role: 'helper' },
  { name: 'build', role: 'build' },
];

/** The one implementation of `JobContext`; the life of the job counts its attempts. */
export class JobUnderWay implements JobContext {
  readonly payload: JobPayload;
  readonly variables: Variables;
  readonly runner: RunnerConfig;
  readonly paths: JobPaths;
  readonly claimedPaths = new Set<string>();
  readonly signal: AbortSignal;
  readonly log: JobLog;
  attempt = 0;
  #namespace: string;
  #bearerToken: string | undefined;
  readonly #containers: ContainerDeclaration[] = [...own];
  readonly #states = new Map<StateKey<unknown>, unknown>();
  #sealed = false;

  constructor(runner: RunnerConfig, options: JobContextOptions) {
    this.runner = runner;
    this.payload = options.payload;
    this.variables = options.variables;
    this.paths = options.paths;
    this.#namespace = options.namespace;
    this.signal = options.signal;
    this.log = options.log;
  }

  get namespace(): string {
    return this.#namespace;
  }

  get bearerToken(): string | undefined {
    return this.#bearerToken;
  }

  get containers(): readonly ContainerDeclaration[] {
    return this.#containers;
  }

  useNamespace(name: string): void {
    this.#mustBeOpen('the namespace');
    this.#namespace = name;
  }

  useBearerToken(token: string): void {
    this.#mustBeOpen('the token');
    this.#bearerToken = token;
  }

  claimMountPath(path: string): void {
    this.#mustBeOpen(`mount path ${path}`);
    const { controlDir, jobDir } = this.paths;
    if (path === controlDir || path === jobDir) throw new Error(`${path} is needed by podwright itself`);
    if (this.claimedPaths.has(path)) throw new Error(`${path} has a volume already`);
    this.claimedPaths.add(path);
  }

  declareContainer(container: ContainerDeclaration): void {
    this.#mustBeOpen(`container ${container.name}`);
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

  #mustBeOpen(what: string): void {
    if (this.#sealed) throw new Error(`${what} is declared after prepare`);
  }
}
