/** The container of the Pod in which a stage runs. */
export type StageContainer = 'build' | 'helper';

/** When a stage runs, seen from what went before: a job fails with its first failed stage whose result counts. */
export type StageCondition = 'on_success' | 'on_failure' | 'always';

/** One script of a job, in the order and with the names of GitLab Runner (`get_sources`, `step_script`, …). */
export interface Stage {
  /** GitLab's identifier; also the name of the section in the trace. Unique in the plan. */
  readonly name: string;
  /** Title of the section, such as `Getting source from Git repository`. */
  readonly title: string;
  readonly container: StageContainer;
  readonly condition: StageCondition;
  /** Whether the stage still runs after the job was cancelled; `once_begun`: only when a step had begun before. */
  readonly afterCancel: boolean | 'once_begun';
  /** Whether the stage still runs after the job ran out of time. */
  readonly afterTimeout: boolean;
  /** How often the script is tried, 1 to 10; no pause in between. */
  readonly attempts: number;
  /** Seconds one attempt may take; absent means as long as the job may. */
  readonly timeoutSeconds?: number;
  /** Whether a failure of the stage fails the job; false for `after_script`. */
  readonly countsForResult: boolean;
  /**
   * Whether a failure in the helper is the job's own doing: the files that artifacts name are. Default false: what the
   * helper runs is ours, and its failure the system's.
   */
  readonly failsForJob?: boolean;
  /**
   * Whether the script hardly does more than print, and so needs no process of its own: no variables, no limit, no way to
   * stop it, exit code that of its last command. Default false.
   */
  readonly inline?: boolean;
  /** The script's text; it is run with the job's variables already exported. */
  readonly script: string;
}

/**
 * How the plan is walked: `attach`, by the Pod itself, which the runner reads; `exec`, by the runner, with an exec for each
 * attempt of a stage.
 */
export type Strategy = 'attach' | 'exec';

/** Everything that a job will run, made before anything exists in the cluster. Plain data. */
export interface Plan {
  /** Unguessable, made anew for each job: an event that does not carry it is not ours. */
  readonly nonce: string;
  readonly strategy: Strategy;
  /** Seconds for all stages together. */
  readonly timeoutSeconds: number;
  readonly stages: readonly Stage[];
}

/** Whether the stage is the job's own script, or one of them. */
export function isStep({ name }: Stage): boolean {
  return name.startsWith('step_');
}

/** Whether the stage runs only when a step had begun: GitLab's way with after_script, when there were no sources to begin with. */
export function needsStep({ name }: Stage): boolean {
  return name === 'after_script';
}
