import type { Container, PodProblem } from '@podwright/core';
import type { PullPolicy } from './config.ts';

type ImagePullPolicy = NonNullable<Container['imagePullPolicy']>;

const inKubernetes: Record<Exclude<PullPolicy, ''>, ImagePullPolicy> = {
  always: 'Always',
  'if-not-present': 'IfNotPresent',
  never: 'Never',
};

/** What is said, and done, about an image that could not be pulled. */
export interface PullFailure {
  /** For the trace: which policy failed, and why. */
  readonly warning: string;
  /** What is tried next, for the trace; absent when no policy is left. */
  readonly next?: string;
}

/**
 * The `imagePullPolicy` of a container.
 * @param policies as configured
 * @param failures how many of them have failed for this container already
 * @returns `undefined` for the cluster's default: the field is left out
 */
export function imagePullPolicy(policies: readonly PullPolicy[], failures: number): ImagePullPolicy | undefined {
  const policy = policies[failures] ?? '';
  return policy === '' ? undefined : inKubernetes[policy];
}

/**
 * Judges a Pod's problem: whether another pull policy could help. `ErrImageNeverPull` is such a problem too, so that
 * `["never", "always"]` does what it says; a malformed image name cannot be helped.
 * @param failures how many policies had failed for the container before
 * @param attempt the number of the Pod that failed, 1 for the first
 * @returns `undefined` when the problem is none of this plugin's
 */
export function judgePull(
  problem: PodProblem,
  policies: readonly PullPolicy[],
  failures: number,
  attempt: number,
): PullFailure | undefined {
  const { kind, container, failure } = problem;
  if (kind !== 'image_pull' || container === undefined || policies.length === 0) return undefined;

  const warning = `${nameOf(policies, failures)} failed: ${failure.message}`;
  if (failures + 1 >= policies.length) return { warning };
  return { warning, next: `${nameOf(policies, failures + 1)} for container ${container}, attempt ${attempt + 1}` };
}

function nameOf(policies: readonly PullPolicy[], at: number): string {
  const policy = imagePullPolicy(policies, at);
  return policy === undefined ? "the cluster's default pull policy" : `pull policy ${policy}`;
}
