import type { JobFailure } from '../failure.ts';

/** What is wrong with a Pod, read from its status. */
export interface PodProblem {
  /**
   * - `image_pull`: an image cannot be pulled; the kubelet goes on trying, podwright does not wait for that
   * - `image_name`: an image's name cannot be parsed
   * - `container_config`: a container cannot be made (no such program, missing Secret or ConfigMap key, …)
   * - `unschedulable`: no node took the Pod in time
   * - `start_timeout`: the Pod was scheduled, and its containers did not start in time
   * - `container_died`: the build or helper container ended although its supervisor should be waiting
   * - `pod_ended`: the Pod as a whole ended: evicted, node lost, deadline exceeded
   * - `pod_deleted`: somebody deleted it
   */
  readonly kind:
    | 'image_pull'
    | 'image_name'
    | 'container_config'
    | 'unschedulable'
    | 'start_timeout'
    | 'container_died'
    | 'pod_ended'
    | 'pod_deleted';
  /** The container it is about; absent when it is about the Pod. */
  readonly container?: string;
  /** The image of that container. */
  readonly image?: string;
  /** Kubernetes' own word, such as `ErrImagePull`, `OOMKilled` or `Evicted`. */
  readonly reason: string;
  /** How the job ends if nobody can do better. */
  readonly failure: JobFailure;
}
