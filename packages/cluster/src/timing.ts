/** How long things may take, in milliseconds. */
export interface ClusterTiming {
  /** One try of a request, until its whole answer is there. */
  readonly request: number;
  /** How long after its first try a request may be repeated. */
  readonly repeat: number;
  /** Opening a connection, until TLS is up. */
  readonly connect: number;
  /** Shortest pause before something is tried again; doubles with each try. */
  readonly backoffMin: number;
  /** Longest pause between two tries of a request. */
  readonly backoffMax: number;
  /** Longest pause before a watch is opened again. */
  readonly watchBackoffMax: number;
  /** How long the API server keeps a watch open; up to a quarter more, so that not all end at once. */
  readonly watch: number;
  /** How much longer than that a watch may be silent before it counts as dead. */
  readonly watchMargin: number;
  /** How long a watch nobody listens to stays open for the next job. */
  readonly linger: number;
  /** How long `watchPod` waits for the watch. */
  readonly establish: number;
  /** Opening an exec, until the container's streams are connected. */
  readonly execOpen: number;
  /** Between two pings of an exec. */
  readonly ping: number;
  /** How long an exec may be silent after a ping. */
  readonly pong: number;
  /** How long after its status an exec may take to close. */
  readonly execClose: number;
}

/** The values used where `ClusterOptions.timing` says nothing. */
export const defaultTiming: ClusterTiming = Object.freeze({
  request: 30_000,
  repeat: 60_000,
  connect: 10_000,
  backoffMin: 200,
  backoffMax: 5_000,
  watchBackoffMax: 10_000,
  watch: 240_000,
  watchMargin: 15_000,
  linger: 10_000,
  establish: 60_000,
  execOpen: 30_000,
  ping: 15_000,
  pong: 10_000,
  execClose: 2_000,
});

/**
 * A random pause before try number `attempt` + 1, in milliseconds: doubles with each try between the bounds, and is
 * spread over its upper half so that many clients do not come back together.
 */
export function backoff(attempt: number, min: number, max: number, random: () => number = Math.random): number {
  const ceiling = Math.min(max, min * 2 ** Math.min(attempt, 30));
  return Math.max(min, ceiling * (0.5 + random() / 2));
}
