import { definePlugin, version } from '@podwright/core';
import { buildPod, describePlugin } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { securityPlugin } from './plugin.ts';

const plugins = [securityPlugin];

describePlugin(securityPlugin, {
  toml: `
    privileged = false
    allow_privilege_escalation = true
    cap_add = ["SYS_TIME", "CHOWN"]
    cap_drop = ["KILL"]
    [runners.kubernetes.pod_security_context]
    fs_group = 59417
    run_as_group = 59417
    run_as_non_root = true
    run_as_user = 59417
    supplemental_groups = [7, 9]
  `,
  always: ['build', 'helper'].map((name) => `spec.containers[${name}].securityContext.capabilities.drop[0]`),
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it('has users and groups, and the same rights in build, helper and services', async () => {
    const { pod } = await buildPod({
      plugins: [moreContainers, securityPlugin],
      toml: `
        privileged = true
        allow_privilege_escalation = true
        cap_add = ["SYS_TIME", "IPC_LOCK"]
        [runners.kubernetes.pod_security_context]
        run_as_non_root = true
        run_as_user = 59417
        run_as_group = 59417
        fs_group = 59417
      `,
    });
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const contexts = Object.fromEntries(containers.map((container) => [container.name, container.securityContext]));
    expect({ ...contexts, pod: pod.spec?.securityContext }).toMatchInlineSnapshot(`
      {
        "build": {
          "allowPrivilegeEscalation": true,
          "capabilities": {
            "add": [
              "IPC_LOCK",
              "SYS_TIME",
            ],
            "drop": [
              "NET_RAW",
            ],
          },
          "privileged": true,
        },
        "helper": {
          "allowPrivilegeEscalation": true,
          "capabilities": {
            "add": [
              "IPC_LOCK",
              "SYS_TIME",
            ],
            "drop": [
              "NET_RAW",
            ],
          },
          "privileged": true,
        },
        "init": undefined,
        "pod": {
          "fsGroup": 59417,
          "runAsGroup": 59417,
          "runAsNonRoot": true,
          "runAsUser": 59417,
        },
        "svc-0": {
          "allowPrivilegeEscalation": true,
          "capabilities": {
            "add": [
              "IPC_LOCK",
              "SYS_TIME",
            ],
            "drop": [
              "NET_RAW",
            ],
          },
          "privileged": true,
        },
      }
    `);
  });

  it('leaves open what is not configured', async () => {
    const { pod } = await buildPod({ plugins });
    expect(pod.spec).not.toHaveProperty('securityContext');
    expect(pod.spec?.containers.map(({ securityContext }) => securityContext)).toEqual([
      { capabilities: { drop: ['NET_RAW'] } },
      { capabilities: { drop: ['NET_RAW'] } },
    ]);
  });

  it('says no where the configuration says no', async () => {
    const { pod } = await buildPod({ plugins, toml: 'privileged = false\nallow_privilege_escalation = false' });
    expect(pod.spec?.containers[0]?.securityContext).toMatchObject({
      privileged: false,
      allowPrivilegeEscalation: false,
    });
  });

  it('can be added to by other plugins, before and after', async () => {
    const toml = '[runners.kubernetes.pod_security_context]\nfs_group = 1';
    for (const order of [
      [others, securityPlugin],
      [securityPlugin, others],
    ]) {
      const { pod, provenance } = await buildPod({ plugins: order, toml });
      expect(pod.spec?.containers[0]?.securityContext).toEqual({
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['NET_RAW'] },
      });
      expect(pod.spec?.securityContext).toEqual({ fsGroup: 1, runAsUser: 5 });
      expect(provenance.get('spec.securityContext.runAsUser')).toMatchObject({ plugin: 'others' });
    }
  });

  it('names the key or the reason for each field', async () => {
    const { provenance } = await buildPod({ plugins, toml: 'privileged = true\ncap_add = ["SYS_TIME", "CHOWN"]' });
    const path = 'spec.containers[build].securityContext';
    expect(provenance.get(`${path}.privileged`)?.cause).toEqual({ config: 'privileged' });
    expect(provenance.get(`${path}.capabilities.add[0]`)?.cause).toEqual({ config: 'cap_add[1]' });
    expect(provenance.get(`${path}.capabilities.drop[0]`)?.cause).toEqual({
      because: 'dropped unless cap_add names it',
    });
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

/** Stands for plugins that set other fields of the same contexts. */
const others = definePlugin({
  name: 'others',
  core: `^${version}`,
  configSchema: z.strictObject({}),
  apply({ hooks }) {
    hooks.buildContainer.tap('others', ({ spec }) => {
      (spec.securityContext ??= {}).readOnlyRootFilesystem = true;
    });
    hooks.buildPod.tap('others', ({ pod: { spec } }) => {
      (spec.securityContext ??= {}).runAsUser = 5;
    });
  },
});
