import { ClusterApiError, JobFailedError, messageOf } from '../errors.ts';
import type { JobPaths } from '../job/paths.ts';
import type { Plan, StageContainer } from '../plan.ts';
import type { Cluster, ExecTarget, Logger, Shell } from '../ports.ts';
import type { FinishedEvent, PodEvent } from './events.ts';
import type { JobTrace } from './trace.ts';

export interface PlanWalkOptions {
  readonly cluster: Cluster;
  readonly shell: Shell;
  readonly trace: JobTrace;
  readonly logger: Logger;
  readonly plan: Plan;
  readonly paths: JobPaths;
  /** The helper container. */
  readonly target: ExecTarget;
  /** Aborted when the job is to be cancelled; the Pod is told, too. */
  readonly cancel: AbortSignal;
  /** Whether the cluster says that the container's program runs. */
  isUp(container: StageContainer): boolean;
  onEvent(event: PodEvent): void;
}

/** How a plan is walked in one Pod and what it prints gets into the trace: one implementation for each strategy. */
export interface PlanWalk {
  /**
   * Resolves when the plan has ended and everything printed until then was read.
   * @throws JobFailedError when that cannot be known
   */
  readonly end: Promise<FinishedEvent>;
  /** Whether a container was reached at any time, so that the Pod has come to life. */
  readonly reached: boolean;
  /** Milliseconds since something was read. */
  readonly idleMilliseconds: number;
  /** Whether the plan has ended, though perhaps not all of the log was read yet. */
  readonly finished: FinishedEvent | undefined;
  /** Tells that a container may be there. Begins soon, where it had not begun, and cuts a pause short. */
  poke(container: StageContainer): void;
  /** Reads no more; what was read is in the trace. */
  close(): Promise<void>;
}

/** The failure of a job whose runner may not exec, which does not go away; undefined for any other error. */
export function execForbidden(error: unknown, what: string): JobFailedError | undefined {
  if (!(error instanceof ClusterApiError) || (error.status !== 401 && error.status !== 403)) return undefined;
  return new JobFailedError(
    {
      state: 'failed',
      reason: 'runner_system_failure',
      message: `${what}: ${messageOf(error)}`,
      hint: 'the runner needs the verbs get and create on pods/exec in this namespace',
    },
    { cause: error },
  );
}
