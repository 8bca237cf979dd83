import { definePlugin, markerEnd, markerStart, runJob, version, type JobResult, type Shell } from '@podwright/core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { FakeCluster, type FakeExec } from './fake-cluster.ts';
import { fakeJobParts } from './fake-job.ts';
import { setUp } from './prepared-job.ts';

/** Asks for one more Pod after a failed pull. */
const secondChance = definePlugin({
  name: 'second-chance',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.podFailed.tap('second-chance', (problem, decision, job) => {
      if (job.attempt === 1) decision.again(`after ${problem.reason} of ${problem.container}`);
    });
  },
});

it("carries core's whole life of a job: a Pod that cannot be pulled, then one that runs", async () => {
  let pods = 0;
  const cluster: FakeCluster = new FakeCluster({
    created: (pod) => {
      pods += 1;
      if (pods === 1) pod.wait('build', 'ErrImagePull', 'registry is down');
      else pod.run();
    },
    exec: (exec) => follow(exec, nonceIn(cluster)),
  });
  const { result, trace } = await run(cluster);

  expect(result).toEqual({ state: 'success' });
  expect(trace).toContain('Trying again: after ErrImagePull of build');
  expect(trace).toContain('hello from the Pod\n');
  expect(cluster.requests.map(({ method }) => method).filter((method) => method !== 'podWarnings')).toEqual([
    'watchPod',
    'createPod',
    'createSecret',
    'deletePod',
    'watchPod',
    'createPod',
    'createSecret',
    'exec',
    'deletePod',
  ]);
  expect({ pods: cluster.pods, secrets: [...cluster.secrets.keys()] }).toEqual({ pods: [], secrets: [] });
});

async function run(cluster: FakeCluster): Promise<{ result: JobResult; trace: string }> {
  const { executor, logger } = setUp({ plugins: [secondChance] });
  const { payload, paths, namespace, signal } = fakeJobParts({ runner: executor.runner });
  const chunks: Uint8Array[] = [];
  const result = await runJob(
    { executor, cluster, shell, logger, facts: { version, revision: 'fake', architecture: 'linux/amd64' } },
    {
      payload,
      paths,
      namespace,
      slot: { concurrentId: 0, concurrentProjectId: 0 },
      trace: { write: (chunk) => void chunks.push(chunk) },
      cancel: signal,
      kill: signal,
    },
  );
  return { result, trace: Buffer.concat(chunks).toString() };
}

/** Plans one stage; its only file is the nonce. */
const shell: Shell = {
  plan: ({ nonce }) => ({
    nonce,
    strategy: 'attach',
    timeoutSeconds: 3600,
    stages: [
      {
        name: 'step_script',
        title: 'Executing the script',
        container: 'build',
        condition: 'on_success',
        afterCancel: false,
        afterTimeout: false,
        attempts: 1,
        countsForResult: true,
        script: 'echo hello from the Pod',
      },
    ],
  }),
  cacheKeys: () => [],
  files: ({ nonce }) => new Map([['nonce', nonce]]),
  containerCommand: (container) => ['supervisor', container],
  followCommand: () => ['follow'],
  stageCommand: () => ['stage'],
  cancelCommand: () => ['cancel'],
};

/** The nonce of the plan, from the Secret in which the Pod finds it. */
function nonceIn(cluster: FakeCluster): string {
  const [secret] = cluster.secrets.values();
  return secret?.stringData?.['nonce'] ?? '';
}

/** What a Pod tells that runs the plan: log and markers on stdout, events on stderr; then it waits for its end. */
async function follow({ stdout, stderr }: FakeExec, nonce: string): Promise<number> {
  const line = (event: object) => JSON.stringify({ nonce, time: 1, offset: 0, ...event });
  const marked = (text: string) => `${markerStart(nonce)}${text}${markerEnd}`;
  const started = line({ event: 'stage_started', stage: 'step_script', attempt: 1 });
  const finished = line({ event: 'stage_finished', stage: 'step_script', attempt: 1, exit_code: 0 });
  await stdout(`${marked(started)}hello from the Pod\n${marked(finished)}`);
  await stderr(`${started}\n${finished}\n${line({ event: 'finished', exit_code: 0 })}\n`);
  return new Promise(() => undefined);
}
