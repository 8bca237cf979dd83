import { JobRejectedError, definePlugin, version } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesPlugin } from './plugin.ts';

const plugins = [resourcesPlugin];

describePlugin(resourcesPlugin, {
  toml: `
    cpu_limit = "2"
    memory_request = "0.5Gi"
    service_cpu_limit = "500m"
    helper_memory_limit = "100Mi"
    cpu_request_overwrite_max_allowed = "1"
  `,
  payload: { variables: [{ key: 'KUBERNETES_CPU_REQUEST', value: '750m' }] },
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it('has the configured resources, with those that the job overwrites', async () => {
    const { pod } = await buildPod({
      plugins: [moreContainers, resourcesPlugin],
      toml: `
        cpu_request = "500m"
        cpu_limit = "2"
        memory_limit = "2Gi"
        memory_limit_overwrite_max_allowed = "8Gi"
        helper_memory_limit = "256Mi"
        helper_ephemeral_storage_request = "0"
        service_cpu_limit = "0.50"
      `,
      payload: { variables: [{ key: 'KUBERNETES_MEMORY_LIMIT', value: '4096Mi' }] },
    });
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    expect(Object.fromEntries(containers.map(({ name, resources }) => [name, resources]))).toMatchInlineSnapshot(`
      {
        "build": {
          "limits": {
            "cpu": "2",
            "memory": "4096Mi",
          },
          "requests": {
            "cpu": "500m",
          },
        },
        "helper": {
          "limits": {
            "memory": "256Mi",
          },
          "requests": {
            "ephemeral-storage": "0",
          },
        },
        "init": {
          "limits": {
            "memory": "256Mi",
          },
          "requests": {
            "ephemeral-storage": "0",
          },
        },
        "svc-0": {
          "limits": {
            "cpu": "0.50",
          },
        },
      }
    `);
  });
});

describe('the trace', () => {
  it('says which overwrites are applied and which are ignored', async () => {
    const { trace } = await prepareJob({
      plugins,
      toml: 'cpu_limit_overwrite_max_allowed = "4"',
      payload: {
        variables: [
          { key: 'KUBERNETES_CPU_LIMIT', value: '4' },
          { key: 'KUBERNETES_HELPER_MEMORY_LIMIT', value: '1Gi' },
        ],
      },
    });
    expect(trace).toEqual([
      `warn: KUBERNETES_HELPER_MEMORY_LIMIT "1Gi" is ignored: helper_memory_limit_overwrite_max_allowed is not set in this runner's configuration`,
      'info: cpu_limit is "4", set by KUBERNETES_CPU_LIMIT',
    ]);
  });

  it('is silent when nothing is overwritten', async () => {
    const { trace } = await prepareJob({ plugins, toml: 'cpu_limit = "1"' });
    expect(trace).toEqual([]);
  });
});

it('refuses a job with all reasons at once', async () => {
  const refused = prepareJob({
    plugins,
    toml: `
      cpu_limit_overwrite_max_allowed = "1"
      memory_limit_overwrite_max_allowed = "1Gi"
    `,
    payload: {
      variables: [
        { key: 'KUBERNETES_CPU_LIMIT', value: '1.001' },
        { key: 'KUBERNETES_MEMORY_LIMIT', value: '1025Mi' },
      ],
    },
  });
  await expect(refused).rejects.toThrow(JobRejectedError);
  await expect(refused).rejects.toMatchObject({
    message:
      'KUBERNETES_CPU_LIMIT is "1.001", but this runner allows at most "1" (cpu_limit_overwrite_max_allowed); ' +
      'KUBERNETES_MEMORY_LIMIT is "1025Mi", but this runner allows at most "1Gi" (memory_limit_overwrite_max_allowed)',
    reason: 'runner_configuration_error',
    plugin: 'resources',
  });
});

/** Stands for the plugins that declare such containers. */
const moreContainers = definePlugin({
  name: 'more-containers',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.prepare.tap('more-containers', (job) => {
      job.declareContainer({ name: 'svc-0', role: 'service' });
      job.declareContainer({ name: 'init', role: 'init' });
    });
  },
});
