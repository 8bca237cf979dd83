import { expect, it } from 'vitest';
import { startPlayedCluster } from '../../bench/played-pod.mjs';
import { defaultPaths } from '../support/environment.ts';
import { kubeEnvironment } from '../support/kube-environment.ts';
import { startJob } from '../support/start-job.ts';

it('runs 200 jobs at once over one watch, with the same few requests for each', async () => {
  const embedded = await startPlayedCluster();
  const environment = await kubeEnvironment({
    name: 'played',
    kubeconfig: embedded.kubeconfigPath,
    namespace: 'default',
    image: 'x',
    helperImage: 'x',
    paths: () => defaultPaths,
    killContainer: () => Promise.reject(new Error('nothing runs')),
  });
  const jobs = Array.from({ length: 200 }, () => startJob(environment, { script: ['echo first line'] }));
  const results = await Promise.all(jobs.map((job) => job.result));
  const traces = jobs.map((job) => job.trace());
  const listed = embedded.requests;
  await environment.close();
  await embedded.close();

  expect(new Set(results.map((result) => JSON.stringify(result)))).toEqual(new Set(['{"state":"success"}']));
  expect(traces.filter((trace) => trace.includes('first line\n'))).toHaveLength(200);
  const count = (request: string): number => environment.requests.filter((sent) => sent === request).length;
  expect(count('create pods')).toBe(200);
  expect(count('create secrets')).toBe(200);
  expect(count('delete pods')).toBe(200);
  expect(environment.requests.length).toBeLessThanOrEqual(200 * 7);
  expect(listed.count('list', 'pods')).toBeLessThanOrEqual(2);
  expect(listed.count('watch', 'pods')).toBeLessThanOrEqual(2);
}, 120_000);
