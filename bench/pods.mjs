import { assembleVariables } from '@podwright/core';
import { createShell } from '@podwright/shell';
import { facts, makeExecutor, makePayload, median, paths, perSecond, quiet, slot } from './common.mjs';

const families = `
  image = "alpine:3.20"
  helper_image = "helper:$CI_RUNNER_VERSION"
  pull_policy = ["always", "if-not-present"]
  service_account = "ci"
  cpu_limit = "1"
  memory_limit = "1Gi"
  helper_memory_limit = "100Mi"
  cap_drop = ["MKNOD"]
  dns_policy = "cluster-first"
  node_selector = { disk = "ssd" }
  pod_labels = { team = "$CI_VARIABLE_1" }
  [[runners.kubernetes.services]]
  name = "redis:6"
  [[runners.kubernetes.volumes.empty_dir]]
  name = "ram"
  mount_path = "/ram"
  medium = "Memory"`;

/** Pods per second: prepare and build, as for each job, with variables assembled and scripts in Secrets. */
export async function podFigures() {
  const withPlugins = await rate(makeExecutor(families));
  const withoutPlugins = await rate(makeExecutor('', []));
  return [
    ['thirteen keywords of nine plugins, one service', `${withPlugins} Pods/s (at least 5000 wanted)`],
    ['no plugin', `${withoutPlugins} Pods/s`],
    ['ratio', (withPlugins / withoutPlugins).toFixed(2)],
  ];
}

async function rate(executor) {
  const payload = makePayload();
  const shell = createShell();
  const signal = new AbortController().signal;
  const variables = assembleVariables(payload, executor.runner, paths, facts, slot);
  const request = { payload, variables, paths, runner: executor.runner, nonce: 'n' };
  const plan = shell.plan(request);
  const files = shell.files(plan, request);
  const one = async () => {
    const own = assembleVariables(payload, executor.runner, paths, facts, slot);
    const job = executor.createJob({ payload, variables: own, paths, namespace: 'ci', signal, log: quiet });
    await executor.prepare(job);
    return executor.build(job, { plan, files, slot: 0, random: 'abcdefgh' });
  };
  const rates = [];
  for (let round = 0; round < 12; round += 1) {
    const start = performance.now();
    for (let i = 0; i < 2000; i += 1) await one();
    rates.push(perSecond(2000, performance.now() - start));
  }
  // The first rounds are the compiler's.
  return Math.round(median(rates.slice(6)));
}
