import type { ConnectedCluster } from '@podwright/cluster';

/** Where a runner's jobs have their Pods. */
export class SweptRunner {
  private readonly ofJobs = new Set<string>();

  /**
   * @param server of the cluster's API, to find runners that share it
   * @param namespace where jobs run unless they choose another one
   */
  constructor(
    readonly cluster: Pick<ConnectedCluster, 'listPods' | 'deletePod'>,
    readonly server: string,
    private readonly namespace: string,
  ) {}

  get namespaces(): readonly string[] {
    return [...new Set([this.namespace, ...this.ofJobs])];
  }

  /** A job has a Pod there. */
  enter(namespace: string): void {
    this.ofJobs.add(namespace);
  }

  /** Nothing is there any more; the runner's own namespace stays. */
  leave(namespace: string): void {
    this.ofJobs.delete(namespace);
  }
}
