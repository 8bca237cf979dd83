import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { connectionConfigSchema, createCluster, loadConnection } from '@podwright/cluster';
import { runJob } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { barePod, makeNamespace } from './bare-pod.mjs';
import { facts, makeExecutor, makePayload, median, paths, quiet, slot } from './common.mjs';
import { gitInfo, startGitServer } from './git-server.mjs';

const runs = 10;
const logMegabytes = 100;
/** Milliseconds before each job: a kubelet may send 5 requests a second by default, and one job after another would measure that. */
const rest = 4_000;

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
  const namespace = await makeNamespace(api);
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
      [`A log of ${logMegabytes} MB`, await throughput(env, image, helperImage)],
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
    steps: [{ name: 'script', script: [`echo 'first'' line'`] }], // its echo is not its output
  });
  const times = { first: [], all: [], bare: [] };
  await run(payload, () => undefined);
  await barePod(api, namespace, image);
  requests.count = 0;
  for (let i = 0; i < runs; i += 1) {
    let first;
    let text = '';
    await setTimeout(rest);
    const start = performance.now();
    const result = await run(payload, (chunk) => {
      text += Buffer.from(chunk).toString('latin1');
      if (first === undefined && text.includes('first line')) first = performance.now() - start;
    });
    times.all.push(result.read - start);
    if (result.state !== 'success' || first === undefined) throw new Error(`the job failed: ${JSON.stringify(result)}`);
    times.first.push(first);
    await setTimeout(rest);
    times.bare.push((await barePod(api, namespace, image)).first);
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

/** Through the command itself, in a process of its own, so that its memory is that of a runner. */
async function throughput(env, image, helperImage) {
  const bytes = logMegabytes * 1e6;
  const script = [
    `{ yes ${'x'.repeat(99)} || true; } | head -c ${bytes} > /tmp/log; sha256sum < /tmp/log | cut -c1-64; echo BEGIN; cat /tmp/log; echo END`,
  ];
  const folder = await mkdtemp(join(tmpdir(), 'podwright-bench-'));
  const file = join(folder, 'job.json');
  const strategy = { key: 'GIT_STRATEGY', value: 'none', public: true };
  await writeFile(file, JSON.stringify(makePayload({ variables: [strategy], steps: [{ name: 'script', script }] })));
  const main = new URL('../packages/runner/bundle/main.js', import.meta.url).pathname;
  const args = [
    main,
    'exec',
    '--payload',
    file,
    '--kubeconfig',
    env.KUBECONFIG,
    '--image',
    image,
    '--helper-image',
    helperImage,
  ];
  const rows = [];
  for (const [name, pause] of [
    ['a consumer that keeps up', 0],
    ['one that pauses 1 ms for each piece', 1],
  ]) {
    const check = new LogCheck(bytes);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
    let memory = 0;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    for await (const chunk of child.stdout) {
      check.take(chunk);
      memory = Math.max(memory, peakMemory(child.pid));
      if (pause > 0) await setTimeout(pause);
    }
    const whole = (await ended) === 0 && check.isWhole ? 'whole' : 'NOT WHOLE';
    rows.push([
      name,
      `${check.megabytesPerSecond} MB/s (at least 20 wanted), ${whole}, at most ${memory} MB of memory (below 150 wanted)`,
    ]);
  }
  await rm(folder, { recursive: true });
  return rows;
}

/** Of a process, in megabytes, as Linux has it. */
function peakMemory(pid) {
  try {
    return Math.round(
      (Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6,
    );
  } catch {
    return 0;
  }
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
