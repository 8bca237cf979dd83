import type { ContainerDeclaration } from '../pod/draft.ts';
import type { RunnerConfig } from '../config/runner-config.ts';
import type { JobPaths } from './paths.ts';
import type { JobPayload } from './payload.ts';
import type { Variables } from './variables.ts';

/** Lines that podwright itself writes into the job's trace. */
export interface JobLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Where a plugin keeps what it must remember for one job; made with `stateKey`. */
export interface StateKey<T> {
  readonly description: string;
  readonly initial: () => T;
}

/** A key for `JobContext.state`. The description appears in debug output only. */
export function stateKey<T>(description: string, initial: () => T): StateKey<T> {
  return { description, initial };
}

/** One job while it is prepared and run; what every hook is given. */
export interface JobContext {
  readonly payload: JobPayload;
  /** The full list in GitLab's order, expanded once. */
  readonly variables: Variables;
  readonly runner: RunnerConfig;
  readonly paths: JobPaths;
  readonly namespace: string;
  /** The token that the job's requests to the cluster carry instead of the runner's credentials. */
  readonly bearerToken: string | undefined;
  /** Where plugins mount volumes of their own; core leaves out its own ones there. */
  readonly claimedPaths: ReadonlySet<string>;
  /** 1 for the first Pod; counts the Pods that were created for the job. */
  readonly attempt: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly log: JobLog;
  /** The containers of the Pod: `build`, `helper`, then the declared ones. */
  readonly containers: readonly ContainerDeclaration[];
  /** Asks for one more container. Only in `prepare`. @throws Error when the name is taken */
  declareContainer(container: ContainerDeclaration): void;
  /** Runs the job in another namespace. Only in `prepare`. */
  useNamespace(name: string): void;
  /** Runs the job with another token. Only in `prepare`. */
  useBearerToken(token: string): void;
  /**
   * Announces that a volume of the plugin's own will be mounted there in every container, which may be the directory of
   * the builds. Only in `prepare`. @throws Error for a path that podwright itself needs, or that is claimed
   */
  claimMountPath(path: string): void;
  /** The plugin's own memory of this job; the same object at each call. */
  state<T>(key: StateKey<T>): T;
}
