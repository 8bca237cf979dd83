/** How long things may take, in milliseconds. */
export interface CoordinatorTiming {
  /** Opening a connection, until TLS is up. */
  readonly connect: number;
  /** How long GitLab may be silent before and within its answer. */
  readonly request: number;
  /** The same for asking for a job, which GitLab holds back while it has none (long polling). */
  readonly longPoll: number;
  /** How long after its first try a request may be repeated. */
  readonly repeat: number;
  /** Shortest pause before a request is repeated; doubles with each try. */
  readonly backoffMin: number;
  /** Longest pause between two tries, unless GitLab asks for more. */
  readonly backoffMax: number;
}

/** The values used where `GitLabConnection.timing` says nothing. That of `longPoll` is GitLab Runner's. */
export const defaultTiming: CoordinatorTiming = Object.freeze({
  connect: 30_000,
  request: 60_000,
  longPoll: 600_000,
  repeat: 60_000,
  backoffMin: 200,
  backoffMax: 10_000,
});

/**
 * A random pause after `failures` (from 1) failed tries, in milliseconds: doubles with each between the bounds, and is
 * spread over its upper half so that many runners do not come back together.
 */
export function backoff(failures: number, min: number, max: number, random: () => number = Math.random): number {
  const ceiling = Math.min(max, min * 2 ** Math.min(failures - 1, 30));
  return Math.max(min, ceiling * (0.5 + random() / 2));
}
