import type { FailureReason, JobFailure } from './failure.ts';

/** One thing that is wrong with a configuration or a job. */
export interface Problem {
  /** Where: a path such as `runners[0].kubernetes.cpu_limit` or `variables[3].key`; empty for the whole input. */
  readonly path: string;
  /** What is wrong and what would be right; lower case, no full stop. */
  readonly message: string;
  /** Who owns the key: the plugin's name; absent where core itself does. */
  readonly plugin?: string;
  /** `unknown_key` may be taken as a warning by a daemon that must go on; `invalid` never. A `notice` is legal. */
  readonly kind: 'unknown_key' | 'invalid' | 'notice';
  /** Line of the file, from 1; absent where there is no file or no such line. */
  readonly line?: number;
}

/** Base of every error that podwright throws on purpose. */
export abstract class PodwrightError extends Error {
  /** Stable name of the kind of error; every code is explained in `docs/errors.md`. */
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}

/** A configuration file or a job that cannot be used. Carries every problem found, not only the first. */
export class ConfigError extends PodwrightError {
  readonly code = 'CONFIG';
  /** @param source what was read: a file's path, or a few words such as `job payload` */
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    super(
      [`${source}: ${counted(problems)}`, ...problems.map((p) => `  ${formatProblem(p, source)}`)].join('\n'),
      options,
    );
  }
}

/** A plugin that cannot be loaded: wrong shape, wrong place in the order, a name or key that is already taken. */
export class PluginLoadError extends PodwrightError {
  readonly code = 'PLUGIN_LOAD';
  /** @param what goes on from the plugin's name */
  constructor(
    readonly plugin: string,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`[plugin ${plugin}] ${what}`, options);
  }
}

/** A plugin that failed although nobody did anything wrong: a bug in it, or infrastructure. */
export class PluginError extends PodwrightError {
  readonly code = 'PLUGIN';
  constructor(
    readonly plugin: string,
    readonly hook: string,
    options: { cause: unknown },
  ) {
    super(`[plugin ${plugin}] ${hook}: ${messageOf(options.cause)}`, options);
  }
}

/** Two plugins wrote different values into one field of the Pod. */
export class PodFieldConflictError extends PodwrightError {
  readonly code = 'POD_FIELD_CONFLICT';
  constructor(
    readonly path: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(`${path}: written by plugin ${first}, then by plugin ${second}; a field has one owner`);
  }
}

/**
 * A job that must not run: an overwrite that is not allowed, a missing image, a malformed variable.
 * Thrown by plugins from `prepare` to `validatePod`; its message is for the person who wrote the job.
 */
export class JobRejectedError extends PodwrightError {
  readonly code = 'JOB_REJECTED';
  /** A plugin that is installed elsewhere may have a copy of core of its own, and throw that one's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && (value as { code?: unknown }).code === 'JOB_REJECTED';
  }
  readonly reason: FailureReason;
  readonly hint?: string;
  /** The plugin that refused; filled in when its tap throws. */
  plugin?: string;
  constructor(message: string, options: { reason?: FailureReason; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = options.reason ?? 'runner_configuration_error';
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** The cluster answered, and the answer was no. */
export class ClusterApiError extends PodwrightError {
  readonly code = 'CLUSTER_API';
  /**
   * @param status HTTP status of the answer
   * @param reason the API's own word for it, such as `NotFound` or `Forbidden`; empty when it gave none
   */
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The cluster did not answer, or the connection ended before the answer was complete. Says nothing about the result. */
export class ConnectionLostError extends PodwrightError {
  readonly code = 'CONNECTION_LOST';
}

/** The job cannot go on, for a reason that is known. Becomes the job's result as it is. */
export class JobFailedError extends PodwrightError {
  readonly code = 'JOB_FAILED';
  constructor(
    readonly failure: JobFailure,
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * A problem as one line: `config.toml:3: warning: path: message (plugin name)`.
 * @param source what has the lines: a file's path. Where it is not given, `line 3` stands for it
 */
export function formatProblem(problem: Problem, source?: string): string {
  const { kind, path, plugin } = problem;
  const line = problem.line === undefined ? '' : `${source === undefined ? 'line ' : `${source}:`}${problem.line}: `;
  const level = kind === 'notice' ? 'warning: ' : '';
  const where = path === '' ? '' : `${path}: `;
  const who = plugin === undefined ? '' : ` (plugin ${plugin})`;
  return `${line}${level}${where}${problem.message}${who}`;
}

function counted(problems: readonly Problem[]): string {
  const notices = problems.filter(({ kind }) => kind === 'notice').length;
  const bad = count(problems.length - notices, 'problem');
  return notices === 0 ? bad : `${bad}, ${count(notices, 'warning')}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
