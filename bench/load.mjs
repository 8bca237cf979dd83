import { connectionConfigSchema, createCluster, loadConnection } from '@podwright/cluster';
import { runJob } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { facts, makeExecutor, makePayload, paths, perSecond, quiet, slot } from './common.mjs';
import { startPlayedCluster } from './played-pod.mjs';

const jobs = 200;

/** Many jobs at once, with nothing to wait for but the API: requests and memory per job. */
export async function loadFigures() {
  let middle = Promise.resolve();
  const embedded = await startPlayedCluster(() => middle);
  const connection = await loadConnection(connectionConfigSchema.parse({}), {
    kubeconfig: embedded.kubeconfigPath,
    env: {},
  });
  const requests = { jobs: 0, watch: 0 };
  const cluster = createCluster(connection, {
    onRequest: ({ verb, resource }) => {
      const shared = resource === 'pods' && (verb === 'list' || verb === 'watch');
      requests[shared ? 'watch' : 'jobs'] += 1;
    },
  });
  const executor = makeExecutor('image = "x"\nhelper_image = "x"');
  const shell = createShell();

  let running = 0;
  const start = () =>
    runJob(
      { executor, cluster, shell, logger: quiet, facts },
      {
        payload: makePayload(),
        namespace: 'default',
        paths,
        slot,
        trace: { write: () => undefined },
        cancel: new AbortController().signal,
        kill: new AbortController().signal,
        onEvent: (event) => (running += event.kind === 'stage_started' ? 1 : 0),
      },
    );
  await start();
  running = 0;
  requests.jobs = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const began = performance.now();
  // All are in the middle of their stage at once.
  let release;
  middle = new Promise((resolve) => (release = resolve));
  const results = Array.from({ length: jobs }, start);
  while (running < jobs) await new Promise((resolve) => setTimeout(resolve, 10));
  const after = process.memoryUsage().rss;
  release();
  const ended = await Promise.all(results);
  const milliseconds = performance.now() - began;
  await cluster.close();
  await embedded.close();
  const failed = ended.filter((result) => result.state !== 'success').length;
  return [
    ['jobs that did not succeed', String(failed)],
    ['jobs per second, cluster included', String(perSecond(jobs, milliseconds))],
    ['requests per job outside the watch', (requests.jobs / jobs).toFixed(2)],
    ['requests of the watch', String(requests.watch)],
    ['memory per running job, cluster included', `${((after - before) / jobs / 1e6).toFixed(3)} MB (below 0.5 wanted)`],
  ];
}
