/** How a log is sent. Times are milliseconds, sizes bytes. */
export interface TraceSettings {
  /** Between two sends, until GitLab asks for another. */
  readonly interval: number;
  /** After what `expedite` was called for, in which more may come that is sent with it. */
  readonly soon: number;
  /** Most that GitLab can ask for, so that a cancel is noticed. */
  readonly intervalMax: number;
  /** How long nothing may be sent before GitLab is asked whether the job is still wanted. */
  readonly ping: number;
  /** Longest pause after failures, unless GitLab asks for more. */
  readonly backoffMax: number;
  /** Most that one request carries. */
  readonly pieceLimit: number;
  /** With so much waiting it is sent at once. */
  readonly urgent: number;
  /** With so much waiting the writer is held back. */
  readonly bufferLimit: number;
  /** How often in a row telling the result may fail. */
  readonly finishTries: number;
}

/** GitLab Runner's values where it has them: `interval`, `intervalMax`, `ping`, `pieceLimit`, and of version 19 `finishTries`. */
export const defaultTraceSettings: TraceSettings = Object.freeze({
  interval: 3_000,
  soon: 50,
  intervalMax: 180_000,
  ping: 30_000,
  backoffMax: 60_000,
  pieceLimit: 1024 * 1024,
  urgent: 512 * 1024,
  bufferLimit: 4 * 1024 * 1024,
  finishTries: 10,
});
