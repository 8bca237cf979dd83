import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { nothingLeft } from './nothing-left.ts';
import { noCluster, realCluster, type RealCluster } from './real-cluster.ts';

/**
 * A suite of tests in a namespace of its own on the real cluster, with nothing left after each test; skipped where there
 * is no cluster.
 * @param subject begins the title
 * @param suite given the cluster, which it may ask for within tests and hooks only
 */
export function describeOnCluster(subject: string, suite: (environment: () => RealCluster) => void): void {
  describe.skipIf(noCluster)(`${subject} on a real cluster${noCluster && ` (${noCluster})`}`, () => {
    let environment: RealCluster;
    beforeAll(async () => {
      environment = await realCluster();
    });
    afterAll(() => environment.close());
    afterEach(() => nothingLeft(environment));
    suite(() => environment);
  });
}
