import { setTimeout as delay } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { barePod, makeNamespace } from '../bare-pod.mjs';
import { figure, median, percentile } from '../common.mjs';
import { startPlayedCluster } from '../played-pod.mjs';
import { GitLab } from './gitlab.mjs';
import { DaemonProcess } from './process.mjs';

const runs = 10;
/** Milliseconds before each job: a kubelet may send 5 requests a second by default, and one job after another would measure that. */
const rest = 4_000;
const logMegabytes = 100;
const manyJobs = 500;
const burst = 40;
const cpuJobs = 50;
/** GitLab hears of a line when it is sent: `echo`'s own echo must not be taken for it. */
const firstLine = `echo 'first'' line'`;
const plain = { steps: [{ name: 'script', script: [firstLine] }] };

/** `podwright run` on the cluster of KUBECONFIG, as it is measured. Settings are those of the cluster tests (CONTRIBUTING.md). */
export async function* daemonFigures(env) {
  const image = env.PODWRIGHT_TEST_IMAGE ?? 'debian:bookworm-slim';
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = config.makeApiClient(CoreV1Api);
  const namespace = await makeNamespace(api);
  const gitlab = await GitLab.start('127.0.0.1');
  const toml = `namespace = "${namespace}"\nimage = "${image}"\nhelper_image = "${env.PODWRIGHT_TEST_HELPER_IMAGE ?? image}"`;
  const daemon = await startDaemon(gitlab, toml, env.KUBECONFIG, env);
  try {
    yield ['The daemon, asking for jobs', [await idleMemory(daemon)]];
    yield ['The daemon, one job after the other', await latency(gitlab, daemon, api, namespace, image)];
    yield [`The daemon, ${cpuJobs} jobs`, await cost(gitlab, daemon)];
    yield [`The daemon, ${burst} jobs at once`, await inBurst(gitlab, daemon, api, namespace, image)];
    yield [`The daemon, ${burst} jobs that sleep`, await perRunningJob(gitlab, daemon, burst)];
    yield [`The daemon, a log of ${logMegabytes} MB to GitLab`, await throughput(gitlab, daemon)];
  } finally {
    await daemon.stop();
    await gitlab.close();
    await api.deleteNamespace({ name: namespace });
  }
}

/** Many jobs at once against the embedded API, whose Pods are only played. */
export async function manyJobsFigures(env) {
  let open = Promise.resolve();
  const cluster = await startPlayedCluster(() => open);
  const gitlab = await GitLab.start('127.0.0.1');
  const daemon = await startDaemon(gitlab, 'image = "x"\nhelper_image = "x"', cluster.kubeconfigPath, env);
  try {
    const idle = await idleMemory(daemon);
    await (
      await gitlab.hand([firstLine], plain)
    ).ended;
    const [before, requests, began] = [daemon.megabytes, await daemon.requests(), performance.now()];
    let release;
    open = new Promise((resolve) => (release = resolve));
    const jobs = await Promise.all(Array.from({ length: manyJobs }, () => gitlab.hand([firstLine], plain)));
    while ((await daemon.inScript()) < manyJobs) await delay(100);
    const running = daemon.megabytes;
    release();
    const ended = await Promise.all(jobs.map((job) => job.ended));
    const seconds = (performance.now() - began) / 1000;
    const after = await daemon.requests();
    return [
      idle,
      figure('jobs that did not succeed, or whose log is not whole', wrong(ended), '', { atMost: 0 }),
      figure('memory per running job', (running - before) / manyJobs, 'MB', { atMost: 0.5 }),
      figure('requests per job', (after.jobs - requests.jobs) / manyJobs, '', { atMost: 7, before: 13 }),
      figure('requests of the shared watches', after.shared, ''),
      figure('jobs per second, cluster included', manyJobs / seconds, ''),
    ];
  } finally {
    await daemon.stop();
    await gitlab.close();
    await cluster.close();
  }
}

function startDaemon(gitlab, toml, kubeconfig, env) {
  const config = (metrics) => `concurrent = ${manyJobs}
listen_address = "${metrics}"
[[runners]]
name = "bench"
url = "${gitlab.url}"
token = "${gitlab.token}"
output_limit = ${2 * logMegabytes * 1000}
[runners.kubernetes]
${toml}`;
  return DaemonProcess.start({ config, kubeconfig, env });
}

async function idleMemory(daemon) {
  await delay(5_000);
  return figure('resident memory, idle', daemon.megabytes, 'MB', { atMost: 90 });
}

async function latency(gitlab, daemon, api, namespace, image) {
  const times = { first: [], success: [], bare: [], gone: [] };
  await one(gitlab);
  await barePod(api, namespace, image);
  const before = await daemon.requests();
  for (let i = 0; i < runs; i += 1) {
    await delay(rest);
    const job = await one(gitlab);
    times.first.push((job.seen - job.handed) / 1000);
    times.success.push((job.at - job.handed) / 1000);
    await delay(rest);
    const bare = await barePod(api, namespace, image);
    times.bare.push(bare.first / 1000);
    times.gone.push(bare.gone / 1000);
  }
  const requests = ((await daemon.requests()).jobs - before.jobs) / runs;
  const [bare, gone] = [median(times.bare), median(times.gone)];
  const shareOf = (value, floor) => ({ note: `${(value / floor).toFixed(2)} times a bare Pod` });
  const [first, success] = [median(times.first), median(times.success)];
  return [
    figure('handed out to first script line at GitLab, median', first, 's', {
      atMost: 0.9,
      before: 3.6,
      ...shareOf(first, bare),
    }),
    figure('the same, 95th percentile', percentile(times.first, 0.95), 's'),
    figure('handed out to success, median', success, 's', { atMost: 1.5, before: 3.7, ...shareOf(success, gone) }),
    figure('the same, 95th percentile', percentile(times.success, 0.95), 's'),
    figure('a bare Pod of the image, until its line is read, median', bare, 's'),
    figure('the same, until it is deleted', gone, 's'),
    figure('requests to the Kubernetes API per job', requests, '', { atMost: 7, before: 13 }),
  ];
}

async function one(gitlab) {
  const job = await gitlab.hand([firstLine], plain, 'first line');
  return checked(await job.ended);
}

function checked(job) {
  if (wrong([job]) > 0) throw new Error(`a job went wrong: ${JSON.stringify({ ...job, pieces: undefined })}`);
  return job;
}

/** How many of them did not succeed, or their log is not as it was told. */
function wrong(jobs) {
  return jobs.filter(({ status, isWhole }) => status !== 'success' || !isWhole).length;
}

async function cost(gitlab, daemon) {
  const before = daemon.cpuSeconds;
  for (let left = cpuJobs; left > 0; left -= 5) {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => gitlab.hand([firstLine], plain)));
    for (const job of jobs) checked(await job.ended);
  }
  return [figure('processor time per job', (daemon.cpuSeconds - before) / cpuJobs, 's', { atMost: 0.05 })];
}

async function inBurst(gitlab, daemon, api, namespace, image) {
  const before = await daemon.requests();
  const began = performance.now();
  const jobs = await Promise.all(Array.from({ length: burst }, () => gitlab.hand([firstLine], plain)));
  const ended = await Promise.all(jobs.map((job) => job.ended));
  const seconds = (performance.now() - began) / 1000;
  const requests = ((await daemon.requests()).jobs - before.jobs) / burst;
  await nothingLeft(api, namespace);
  const bareBegan = performance.now();
  // Seldom looked at, so that what looks at them takes no time from what starts them.
  await Promise.all(Array.from({ length: burst }, () => barePod(api, namespace, image, ['build', 'helper'], 1_000)));
  const bare = (performance.now() - bareBegan) / 1000;
  return [
    figure('until all have succeeded', seconds, 's', {
      before: 37,
      note: `${(seconds / bare).toFixed(2)} times bare Pods`,
    }),
    figure('as many bare Pods of two containers, until they are deleted', bare, 's'),
    figure('jobs that did not succeed, or whose log is not whole', wrong(ended), '', { atMost: 0 }),
    figure('requests to the Kubernetes API per job', requests, '', { atMost: 7, before: 20 }),
  ];
}

/** Pods that are being deleted have gone. */
async function nothingLeft(api, namespace) {
  while ((await api.listNamespacedPod({ namespace })).items.length > 0) await delay(500);
}

/** Jobs that only sleep. The daemon has been busy before, so that what it needs once is not counted. */
async function perRunningJob(gitlab, daemon, count) {
  const before = daemon.megabytes;
  const sleeping = { steps: [{ name: 'script', script: ['sleep 3600'] }] };
  const jobs = await Promise.all(Array.from({ length: count }, () => gitlab.hand([], sleeping)));
  while ((await daemon.inScript()) < count) await delay(100);
  await delay(5_000);
  const grown = daemon.megabytes - before;
  for (const job of jobs) gitlab.setStatus(job.id, 'canceled');
  while ((await daemon.inScript()) > 0) await delay(100);
  return [figure('memory per running job', grown / count, 'MB', { atMost: 0.5 })];
}

async function throughput(gitlab, daemon) {
  const bytes = logMegabytes * 1e6;
  const make = `{ yes ${'x'.repeat(99)} || true; } | head -c ${bytes} > /tmp/log`;
  const script = [make, 'echo BEGIN; cat /tmp/log'];
  const handed = await gitlab.hand([], { steps: [{ name: 'script', script }] }, '\nBEGIN\n');
  let memory = 0;
  const timer = setInterval(() => (memory = Math.max(memory, daemon.megabytes)), 50);
  const job = checked(await handed.ended);
  clearInterval(timer);
  const whole = job.pieces.find(([, size]) => size >= bytes)?.[0] ?? job.at;
  return [
    figure('throughput, checksum compared', logMegabytes / ((whole - job.seen) / 1000), 'MB/s', {
      atLeast: 20,
      before: 16,
    }),
    figure('most resident memory meanwhile', memory, 'MB'),
  ];
}
