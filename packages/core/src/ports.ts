import type { JobPayload } from './job/payload.ts';
import type { JobPaths } from './job/paths.ts';
import type { Variables } from './job/variables.ts';
import type { Pod, Secret, Service } from './kubernetes.ts';
import type { Plan, StageContainer } from './plan.ts';
import type { RunnerConfig } from './config/runner-config.ts';

/** Which container of which Pod. */
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecOptions {
  readonly signal: AbortSignal;
  /** What the program gets on its stdin, once there is something; its stdin then stays open. Absent: no stdin. */
  readonly stdin?: Promise<string>;
  /** Told each piece of output. While a returned promise is pending, nothing more is read from the connection. */
  readonly onStdout?: (chunk: Uint8Array) => void | Promise<void>;
  readonly onStderr?: (chunk: Uint8Array) => void | Promise<void>;
}

export interface PodWatch {
  /** Stops telling; idempotent. */
  close(): void;
}

/** Who is told of one Pod. */
export interface PodListener {
  onChange(pod: Pod | undefined): void;
  onError(error: Error): void;
  onStarted?(container: string): void;
  /** As it comes, and again when it is repeated. */
  onWarning?(warning: PodWarning): void;
}

/** A warning that the cluster attached to a Pod. */
export interface PodWarning {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/**
 * The cluster, as the life of a job needs it. Errors: `ClusterApiError` when the API said no,
 * `ConnectionLostError` when it did not answer. A request is repeated inside only where that is safe.
 */
export interface Cluster {
  /** Creates the Pod. A 409 after a lost answer is resolved by reading it back. */
  createPod(pod: Pod, signal: AbortSignal): Promise<Pod>;
  createSecret(secret: Secret, signal: AbortSignal): Promise<Secret>;
  createService(service: Service, signal: AbortSignal): Promise<Service>;
  /** Deletes the Pod and, through owner references, what belongs to it. A Pod that is gone already is fine. */
  deletePod(namespace: string, name: string, signal: AbortSignal): Promise<void>;
  /**
   * Tells every state of one Pod from now on, `undefined` once it is deleted; served by one watch for all Pods of
   * the namespace. Resolves when the watch is established, so that nothing after it is missed. Once it cannot be kept
   * up (access refused, namespace gone) `onError` is told, once; broken connections are resumed silently. `onStarted` is a
   * hint that a container's program was started, where the cluster tells so before the Pod's status does; `onWarning` has
   * what `podWarnings` tells, as far as it is seen while the watch lasts.
   */
  watchPod(namespace: string, name: string, listener: PodListener, signal: AbortSignal): Promise<PodWatch>;
  /**
   * Runs a program in a container. Resolves with its exit code once all output was handed over.
   * @throws ConnectionLostError when the connection ends without a status: that says nothing about the program
   * @throws ClusterApiError when the container cannot run it, or is not there (yet)
   */
  exec(target: ExecTarget, command: readonly string[], options: ExecOptions): Promise<number>;
  /** The Pod's Warning events, oldest first. */
  podWarnings(namespace: string, name: string, signal: AbortSignal): Promise<PodWarning[]>;
  /** The same cluster, asked with this token instead of the runner's credentials. */
  withToken(token: string): Cluster;
}

/** Where the job's log goes. A returned promise holds back the rest: no buffer grows without bound. */
export interface TraceSink {
  write(chunk: Uint8Array): void | Promise<void>;
}

/** Where one distributed cache is reached. All of it is secret: whoever has the URLs can read and replace the cache. */
export interface CacheUrls {
  /** Pre-signed, for GET; absent: cannot be read. */
  readonly get?: string;
  /** Pre-signed, for PUT with these headers; absent: cannot be written. */
  readonly put?: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Archives that are larger are not sent; absent: all are. */
    readonly maxBytes?: number;
  };
}

/** What a `CacheStore` signs URLs for. */
export interface CacheUrlsRequest {
  /** Sanitised: no `..`, no slash at either end. */
  readonly key: string;
  readonly projectId: number;
  /** How long the URLs must be good for: as long as the job may take. */
  readonly seconds: number;
}

/** Distributed caches of one runner: S3, GCS or Azure. */
export interface CacheStore {
  /** @throws Error when they cannot be signed; the cache is a local one then, which the trace says */
  urls(request: CacheUrlsRequest, signal: AbortSignal): Promise<CacheUrls>;
}

/** What the scripts of a job are made from. */
export interface PlanRequest {
  readonly payload: JobPayload;
  /** The job's full list, expanded once. */
  readonly variables: Variables;
  readonly paths: JobPaths;
  readonly runner: RunnerConfig;
  readonly nonce: string;
  /** By sanitised key; a cache that is not in it is a local one. */
  readonly cacheUrls?: ReadonlyMap<string, CacheUrls>;
}

/** One attempt of a stage that the runner begins. */
export interface StageAttempt {
  /** Place in the plan; 1 for the first stage. */
  readonly number: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** What `CI_JOB_STATUS` is for it. */
  readonly status: string;
  /** Whether a step had begun, or is this stage. */
  readonly begun: boolean;
  /** What is left of the job's time; 0 or less: none. */
  readonly seconds: number;
}

/** Turns a job into scripts, and knows how they are run inside the Pod. */
export interface Shell {
  /** Sanitised keys of the job's caches, fallbacks included, each once: URLs are signed for them. */
  cacheKeys(request: PlanRequest): readonly string[];
  /**
   * All stages that apply to the job, in GitLab's order.
   * @throws JobRejectedError for a variable that makes no sense, such as an unknown `GIT_SUBMODULE_STRATEGY`
   */
  plan(request: PlanRequest): Plan;
  /**
   * The files that must be in `paths.jobDir` (file name to content; names fit a Secret's keys).
   * A variable whose name no shell can export is left out, which the trace says.
   * @throws JobRejectedError for a variable that cannot be exported for its size or a NUL byte
   */
  files(plan: Plan, request: PlanRequest): ReadonlyMap<string, string>;
  /** The start command of the build and the helper container. */
  containerCommand(container: StageContainer, paths: JobPaths): string[];
  /** Run in the helper: log from a byte offset (0-based) on stdout, events from a line (0-based) on stderr, for ever. */
  followCommand(paths: JobPaths, from: { logOffset: number; eventLine: number }): string[];
  /**
   * Run in the stage's container (exec strategy): one attempt. Prints what the script prints, with the markers of the log, on
   * stdout, events on stderr; after the last marker it waits for a line on stdin, then ends with the script's exit code.
   * The same attempt is never begun twice.
   */
  stageCommand(paths: JobPaths, attempt: StageAttempt): string[];
  /** Run in the helper: asks the supervisors to cancel the job; answers at once. */
  cancelCommand(paths: JobPaths): string[];
}

/** The part of pino's interface that podwright uses. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: Record<string, unknown>): Logger;
}
