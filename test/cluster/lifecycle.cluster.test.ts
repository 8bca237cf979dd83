import { afterAll, beforeAll, describe } from 'vitest';
import type { TestEnvironment } from '../support/environment.ts';
import { noCluster, realCluster } from '../support/real-cluster.ts';
import { lifecycleSuite } from '../suites/lifecycle.ts';

describe.skipIf(noCluster)(`on a real cluster${noCluster && ` (${noCluster})`}`, () => {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await realCluster();
  });
  afterAll(() => environment.close());
  lifecycleSuite(() => environment, true);
});
