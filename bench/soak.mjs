// The daemon under a stream of jobs while things go wrong: `npm run soak -- --minutes 30`. On the cluster of KUBECONFIG, else on an
// embedded one whose Pods are only played. Ends with 1 when a job was lost or wrong, something is left, or memory or handles grow.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { makeNamespace } from './bare-pod.mjs';
import { GitLab } from './daemon/gitlab.mjs';
import { DaemonProcess } from './daemon/process.mjs';
import { startPlayedCluster } from './played-pod.mjs';
import { startTcpProxy } from './dist/test/support/tcp-proxy.js';
import { kinds } from './soak/jobs.mjs';
import { report, Samples } from './soak/report.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const end = performance.now() + Number(values.minutes) * 60_000;
const atOnce = 8;
/** Milliseconds in which a job must have ended: many faults cost it half a minute. */
const patience = 240_000;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const { KUBECONFIG, PODWRIGHT_TEST_IMAGE: image = 'debian:bookworm-slim' } = process.env;
const helperImage = process.env.PODWRIGHT_TEST_HELPER_IMAGE ?? image;
const played = KUBECONFIG ? undefined : await startPlayedCluster();
const config = new KubeConfig();
config.loadFromFile(KUBECONFIG ?? played.kubeconfigPath);
const api = config.makeApiClient(CoreV1Api);
const namespace = await makeNamespace(api);
const gitlab = await GitLab.start('127.0.0.1');
const server = new URL(config.getCurrentCluster().server);
const toApi = await startTcpProxy({ host: server.hostname, port: Number(server.port) });
const toGitLab = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(gitlab.url).port) });
const folder = await mkdtemp(join(tmpdir(), 'podwright-soak-'));
const kubeconfig = join(folder, 'kubeconfig');
await writeFile(kubeconfig, config.exportConfig().replaceAll(server.host, `127.0.0.1:${toApi.port}`), { mode: 0o600 });

let reloads = 0;
const toml = (address) => `concurrent = ${atOnce}
check_interval = 1
listen_address = "${address}"
[[runners]]
name = "soak-${reloads % 2}"
url = "http://127.0.0.1:${toGitLab.port}"
token = "${gitlab.token}"
output_limit = 20000
[runners.kubernetes]
namespace = "${namespace}"
image = "${image}"
helper_image = "${helperImage}"
`;
const daemon = await DaemonProcess.start({ config: toml, kubeconfig, env: process.env });
const samples = new Samples();
const results = { ended: 0, byKind: {}, wrong: [], faults: 0, podsDeleted: 0 };
/** Jobs whose Pod was deleted under them. */
const victims = new Set();

const faults = [
  async () => toApi.cut(0.3),
  async () => toApi.cut(1),
  async () => toGitLab.cut(0.5),
  async () => gitlab.fail({ status: 500 }, 'none', { status: 503 }),
  async () => gitlab.fail({ status: 429, headers: { 'retry-after': '1' } }, 'drop-after', 'drop-before'),
  deleteOnePod,
  reload,
];

await Promise.all([...Array.from({ length: atOnce + 2 }, () => worker()), spoil(), sample()]);
const leftovers = await whatIsLeft();
const survived = daemon.isRunning;
await daemon.stop();
for (const closing of [gitlab, toApi, toGitLab]) await closing.close();
await api.deleteNamespace({ name: namespace });
await played?.close();
await rm(folder, { recursive: true });
const failed = report({ samples, results, leftovers, survived, complaints: gitlab.complaints, log: daemon.log });
process.exit(failed ? 1 : 0);

/** One job after the other, of all kinds that the cluster can run. */
async function worker() {
  const able = kinds.filter(({ needsScripts }) => played === undefined || !needsScripts);
  while (performance.now() < end && daemon.isRunning) {
    const kind = able[Math.floor(Math.random() * able.length)];
    const job = await gitlab.hand([], kind.more, kind.cancelAfter);
    if (kind.cancelAfter !== undefined) void job.seen.then(() => gitlab.setStatus(job.id, 'canceling'));
    const ended = await Promise.race([job.ended, delay(patience, undefined, { ref: false })]);
    results.ended += 1;
    results.byKind[kind.name] = (results.byKind[kind.name] ?? 0) + 1;
    const wrong = ended === undefined ? 'is lost' : kind.problem({ ...ended, podDeleted: victims.has(job.id) });
    victims.delete(job.id);
    if (wrong !== undefined) results.wrong.push(`job ${job.id} (${kind.name}) ${wrong}`);
  }
}

async function spoil() {
  while (performance.now() < end) {
    await delay(1_000 + Math.random() * 6_000);
    results.faults += 1;
    await faults[Math.floor(Math.random() * faults.length)]();
  }
}

async function sample() {
  while (performance.now() < end && daemon.isRunning) {
    samples.add(daemon.megabytes, daemon.handles);
    await delay(2_000);
  }
}

async function deleteOnePod() {
  const [job] = (await daemon.jobs()).filter(({ pod }) => pod !== '').toSorted(() => Math.random() - 0.5);
  if (job === undefined) return;
  victims.add(job.id);
  results.podsDeleted += 1;
  await api.deleteNamespacedPod({ namespace, name: job.pod, gracePeriodSeconds: 0 }).catch(() => undefined);
}

/** The runner gets another name, so that it is made anew and the old one retires. */
async function reload() {
  reloads += 1;
  await writeFile(daemon.file, toml(daemon.address));
}

/** Pods and Secrets of podwright, once those that are being deleted had time to go. */
async function whatIsLeft() {
  for (const until = performance.now() + 60_000; ;) {
    const [pods, secrets] = await Promise.all([
      api.listNamespacedPod({ namespace }),
      api.listNamespacedSecret({ namespace, labelSelector: 'app.kubernetes.io/managed-by=podwright' }),
    ]);
    const names = [...pods.items, ...secrets.items].map(({ metadata }) => metadata.name);
    if (names.length === 0 || performance.now() > until) return names;
    await delay(1_000);
  }
}
