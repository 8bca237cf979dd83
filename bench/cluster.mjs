import { createHash, randomBytes } from 'node:crypto';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { connectionConfigSchema, createCluster, loadConnection } from '@podwright/cluster';
import { runJob } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { facts, makeExecutor, makePayload, median, paths, quiet, slot } from './common.mjs';
import { gitInfo, startGitServer } from './git-server.mjs';

const runs = 10;
const logMegabytes = 100;

/**
 * What jobs cost on the cluster of KUBECONFIG, beside the least that any Pod costs there. Settings are those of the cluster
 * tests (CONTRIBUTING.md): PODWRIGHT_TEST_IMAGE, PODWRIGHT_TEST_HELPER_IMAGE, PODWRIGHT_TEST_HOST.
 */
export async function clusterFigures(env) {
  const image = env.PODWRIGHT_TEST_IMAGE ?? 'debian:bookworm-slim';
  const helperImage = env.PODWRIGHT_TEST_HELPER_IMAGE ?? image;
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = config.makeApiClient(CoreV1Api);
  const namespace = `podwright-bench-${randomBytes(4).toString('hex')}`;
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  await serviceAccount(api, namespace);
  const requests = { count: 0 };
  const connection = await loadConnection(connectionConfigSchema.parse({}), { env });
  const cluster = createCluster(connection, {
    onRequest: ({ verb, resource }) => {
      if (resource !== 'pods' || (verb !== 'list' && verb !== 'watch')) requests.count += 1;
    },
  });
  const executor = makeExecutor(`image = "${image}"\nhelper_image = "${helperImage}"`);
  const run = (payload, write) => startJob({ executor, cluster, namespace }, payload, write);
  try {
    return [
      [
        'A one-line job, medians of 10 (ms from the start of create)',
        await latency(run, api, namespace, image, requests, env),
      ],
      [`A log of ${logMegabytes} MB`, await throughput(run)],
    ];
  } finally {
    await cluster.close();
    await api.deleteNamespace({ name: namespace });
  }
}

async function latency(run, api, namespace, image, requests, env) {
  const server = env.PODWRIGHT_TEST_HOST ? await startGitServer({ file: 'x' }) : undefined;
  const sources = server ? { git_info: gitInfo(server, env.PODWRIGHT_TEST_HOST) } : {};
  const strategy = { key: 'GIT_STRATEGY', value: server ? 'clone' : 'none', public: true };
  const payload = makePayload({
    ...sources,
    variables: [strategy],
    steps: [{ name: 'script', script: ['echo first line'] }],
  });
  const times = { first: [], all: [], bare: [] };
  await run(payload, () => undefined);
  await barePod(api, namespace, image);
  requests.count = 0;
  for (let i = 0; i < runs; i += 1) {
    let first;
    let text = '';
    const start = performance.now();
    const result = await run(payload, (chunk) => {
      text += Buffer.from(chunk).toString('latin1');
      // Not the echo of the command.
      if (first === undefined && /^(\x1b\[0;m)?first line\n/m.test(text)) first = performance.now() - start;
    });
    times.all.push(result.read - start);
    if (result.state !== 'success' || first === undefined) throw new Error(`the job failed: ${JSON.stringify(result)}`);
    times.first.push(first);
    times.bare.push(await barePod(api, namespace, image));
  }
  await server?.close();
  const [first, all, bare] = [times.first, times.all, times.bare].map((list) => Math.round(median(list)));
  return [
    [`first script line${server ? ', sources over HTTP' : ', no sources'}`, `${first} (at most 900 wanted)`],
    ['all done and read', `${all} (at most 1500 wanted)`],
    ['a bare Pod that prints a line, until its log is read', `${bare}`],
    ['ratio, done to bare Pod', (all / bare).toFixed(2)],
    ['requests per job outside the watch', (requests.count / runs).toFixed(1)],
  ];
}

async function throughput(run) {
  const bytes = logMegabytes * 1e6;
  const line = 'x'.repeat(99);
  const script = [
    `{ yes ${line} || true; } | head -c ${bytes} > /tmp/log; sha256sum < /tmp/log | cut -c1-64; echo BEGIN; cat /tmp/log; echo END`,
  ];
  const payload = makePayload({ steps: [{ name: 'script', script }] });
  const rows = [];
  for (const [name, pause] of [
    ['a consumer that keeps up', 0],
    ['one that pauses 1 ms for each piece', 1],
  ]) {
    const check = new LogCheck(bytes);
    let rss = 0;
    const watch = setInterval(() => (rss = Math.max(rss, process.memoryUsage().rss)), 50);
    const result = await run(payload, (chunk) => {
      check.take(chunk);
      return pause === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, pause));
    });
    clearInterval(watch);
    const whole = result.state === 'success' && check.isWhole ? 'whole' : `NOT WHOLE: ${JSON.stringify(result)}`;
    rows.push([
      name,
      `${check.megabytesPerSecond} MB/s (at least 20 wanted), ${whole}, at most ${Math.round(rss / 1e6)} MB of memory (below 150 wanted)`,
    ]);
  }
  return rows;
}

/** Compares the log with the checksum that the job made of it, while it passes by. */
class LogCheck {
  #left;
  #head = '';
  #hash = createHash('sha256');
  #began;
  #ended;
  #megabytes;

  constructor(bytes) {
    this.#left = bytes;
    this.#megabytes = bytes / 1e6;
  }

  take(chunk) {
    let body = chunk;
    if (this.#began === undefined) {
      this.#head += Buffer.from(chunk).toString('latin1');
      const at = this.#head.lastIndexOf('\nBEGIN\n');
      if (at === -1) return;
      this.#began = performance.now();
      body = Buffer.from(this.#head.slice(at + 7), 'latin1');
      this.#head = this.#head.slice(0, at);
    }
    if (this.#left === 0) return;
    const own = body.subarray(0, this.#left);
    this.#hash.update(own);
    this.#left -= own.length;
    if (this.#left === 0) this.#ended = performance.now();
  }

  get isWhole() {
    return this.#left === 0 && this.#head.endsWith(this.#hash.digest('hex'));
  }

  get megabytesPerSecond() {
    return Math.round((this.#megabytes / (this.#ended - this.#began)) * 1000);
  }
}

/** Runs a job; `read` is when its log had been read to the end, before its Pod was deleted. */
async function startJob({ executor, cluster, namespace }, payload, write) {
  let read = 0;
  const timed = {
    ...cluster,
    deletePod: (...args) => {
      read = performance.now();
      return cluster.deletePod(...args);
    },
  };
  const result = await runJob(
    { executor, cluster: timed, shell: createShell(), logger: quiet, facts },
    {
      payload,
      namespace,
      paths,
      slot,
      trace: { write },
      cancel: new AbortController().signal,
      kill: new AbortController().signal,
    },
  );
  return { ...result, read };
}

/** The least that anything on this cluster takes: one container that prints, and a watch and a look at its log. */
async function barePod(api, namespace, image) {
  const name = `bare-${randomBytes(4).toString('hex')}`;
  const start = performance.now();
  const container = { name: 'build', image, command: ['sh', '-c', 'echo first line; sleep 60'] };
  const spec = { containers: [container], restartPolicy: 'Never', terminationGracePeriodSeconds: 0 };
  await api.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
  let log = '';
  while (!log.includes('first line')) {
    log = await api.readNamespacedPodLog({ name, namespace }).catch(() => '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const took = performance.now() - start;
  await api.deleteNamespacedPod({ name, namespace });
  return took;
}

async function serviceAccount(api, namespace) {
  for (;;) {
    const account = await api.readNamespacedServiceAccount({ name: 'default', namespace }).catch(() => undefined);
    if (account && (account.secrets?.length ?? 1) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
