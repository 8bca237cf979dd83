import { jobLabel, lifeLabel, type Pod } from '@podwright/core';

/** What the sweep knows besides the Pod. */
export interface SweepFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Of the daemon that sweeps. */
  readonly life: string;
  /** Ids of the jobs that it runs. */
  readonly jobs: ReadonlySet<string>;
  /** Lives of daemons with its system id that are known to be over. */
  readonly deadLives: ReadonlySet<string>;
}

/**
 * - `sweep`: nobody will come for it
 * - `keep`: it is, or may be, somebody's
 * - `stuck`: it was deleted, and does not go
 */
export type Verdict = 'sweep' | 'keep' | 'stuck';

/**
 * Milliseconds that a Pod is left alone after its creation: a request that creates it or its Secrets is repeated for a
 * minute, and clocks differ.
 */
export const youngMilliseconds = 120_000;
/** Milliseconds beyond its grace period after which a deleted Pod should have gone. */
const stuckMilliseconds = 600_000;

/** What is to be done about a Pod that has the system id of the daemon. ADR 9 says why. */
export function verdictOn(pod: Pod, { now, life, jobs, deadLives }: SweepFacts): Verdict {
  const { deletionTimestamp, labels = {} } = pod.metadata ?? {};
  // The time at which the grace period ends.
  if (deletionTimestamp !== undefined)
    return now - Date.parse(deletionTimestamp) > stuckMilliseconds ? 'stuck' : 'keep';
  const age = ageOf(pod, now);
  if (age < youngMilliseconds) return 'keep';
  const deadline = pod.spec?.activeDeadlineSeconds;
  if (deadline !== undefined && age > deadline * 1000) return 'sweep';
  const maker = labels[lifeLabel];
  if (maker === life) return jobs.has(labels[jobLabel] ?? '') ? 'keep' : 'sweep';
  return deadLives.has(maker ?? '') ? 'sweep' : 'keep';
}

/** Milliseconds since its creation; 0 for a Pod that does not tell. */
export function ageOf({ metadata }: Pod, now: number): number {
  const created = Date.parse(metadata?.creationTimestamp ?? '');
  return Number.isNaN(created) ? 0 : now - created;
}
