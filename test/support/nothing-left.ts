import { expect } from 'vitest';
import type { TestEnvironment } from './environment.ts';
import { endJobs } from './start-job.ts';

/** For `afterEach`: ends what a failed test has left running, and expects that nothing is in the cluster any more. */
export async function nothingLeft(...environments: readonly TestEnvironment[]): Promise<void> {
  for (const environment of environments) await endJobs(environment);
  for (const environment of environments) {
    await expect.poll(() => environment.leftovers(), { timeout: 15_000, interval: 100 }).toEqual([]);
  }
}
