import { checkPlugins, definePlugin, explainedFields, loadConfig, version, type PodDraft } from '@podwright/core';
import { buildPod, describePlugin } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schedulingPlugin } from './plugin.ts';

const plugins = [schedulingPlugin];

const everything = `
  [runners.kubernetes.node_selector]
  gitlab = "true"
  "kubernetes.io/arch" = "amd64"

  [runners.kubernetes.node_tolerations]
  "node-role.kubernetes.io/master" = "NoSchedule"
  "custom.toleration=value" = "NoSchedule"
  "empty.value=" = "PreferNoSchedule"
  "onlyKey" = ""
  "" = "NoExecute"

  [[runners.kubernetes.affinity.node_affinity.preferred_during_scheduling_ignored_during_execution]]
  weight = 50
  [[runners.kubernetes.affinity.node_affinity.preferred_during_scheduling_ignored_during_execution.preference.match_expressions]]
  key = "core_count"
  operator = "In"
  values = ["high", "32"]
  [[runners.kubernetes.affinity.node_affinity.preferred_during_scheduling_ignored_during_execution.preference.match_fields]]
  key = "cpu_type"
  operator = "In"
  values = ["arm64"]

  [[runners.kubernetes.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution]]
  topology_key = "kubernetes.io/hostname"
  [runners.kubernetes.affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution.label_selector.match_labels]
  heavy = "true"
`;

describePlugin(schedulingPlugin, { toml: everything, readme: new URL('../README.md', import.meta.url) });

describe('the Pod', () => {
  it('has what the configuration says, sorted where the order means nothing', async () => {
    const { spec } = (await buildPod({ plugins, toml: everything })).pod;
    expect({
      nodeSelector: spec?.nodeSelector,
      tolerations: spec?.tolerations,
      affinity: spec?.affinity,
    }).toMatchInlineSnapshot(`
      {
        "affinity": {
          "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
              {
                "preference": {
                  "matchExpressions": [
                    {
                      "key": "core_count",
                      "operator": "In",
                      "values": [
                        "high",
                        "32",
                      ],
                    },
                  ],
                  "matchFields": [
                    {
                      "key": "cpu_type",
                      "operator": "In",
                      "values": [
                        "arm64",
                      ],
                    },
                  ],
                },
                "weight": 50,
              },
            ],
          },
          "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
              {
                "labelSelector": {
                  "matchLabels": {
                    "heavy": "true",
                  },
                },
                "topologyKey": "kubernetes.io/hostname",
              },
            ],
          },
        },
        "nodeSelector": {
          "gitlab": "true",
          "kubernetes.io/arch": "amd64",
        },
        "tolerations": [
          {
            "effect": "NoExecute",
            "operator": "Exists",
          },
          {
            "effect": "NoSchedule",
            "key": "custom.toleration",
            "operator": "Equal",
            "value": "value",
          },
          {
            "effect": "PreferNoSchedule",
            "key": "empty.value",
            "operator": "Equal",
            "value": "",
          },
          {
            "effect": "NoSchedule",
            "key": "node-role.kubernetes.io/master",
            "operator": "Exists",
          },
          {
            "key": "onlyKey",
            "operator": "Exists",
          },
        ],
      }
    `);
  });

  it('has nothing when nothing is configured', async () => {
    const toml = '[runners.kubernetes.node_selector]\n[runners.kubernetes.affinity.node_affinity]';
    const { spec } = (await buildPod({ plugins, toml })).pod;
    expect(Object.keys(spec ?? {})).not.toEqual(expect.arrayContaining([expect.stringMatching(/^node|^tol|^aff/)]));
  });

  it('has what other plugins wrote before, and then its own', async () => {
    const built = await buildPod({
      plugins: [
        other('before', ({ pod: { spec } }) => {
          spec.nodeSelector = { zone: 'a' };
          spec.tolerations = [{ key: 'gpu', operator: 'Exists' }];
          spec.affinity = { podAffinity: {} };
        }),
        schedulingPlugin,
      ],
      toml: everything,
    });
    const { nodeSelector, tolerations, affinity } = built.pod.spec ?? {};
    expect(nodeSelector).toEqual({ zone: 'a', gitlab: 'true', 'kubernetes.io/arch': 'amd64' });
    expect(tolerations?.map(({ key }) => key)).toEqual([
      'gpu',
      undefined,
      'custom.toleration',
      'empty.value',
      'node-role.kubernetes.io/master',
      'onlyKey',
    ]);
    expect(Object.keys(affinity ?? {})).toEqual(['podAffinity', 'nodeAffinity', 'podAntiAffinity']);
    const effect = explainedFields(built).find(({ value }) => value === 'NoExecute');
    expect(effect?.author?.cause).toEqual({ config: 'node_tolerations.""' });
  });

  it('can tolerate several values of one key, whatever plugin comes next', async () => {
    const { pod } = await buildPod({
      plugins: [schedulingPlugin, other('after', () => undefined)],
      toml: '[runners.kubernetes.node_tolerations]\n"team=blue" = ""\n"team=red" = ""',
    });
    expect(pod.spec?.tolerations?.map(({ value }) => value)).toEqual(['blue', 'red']);
  });
});

it('gives notice of fields that Kubernetes does not know', () => {
  const owners = checkPlugins(plugins.map((candidate) => ({ source: 'test', candidate })));
  const text = `[[runners]]\n[runners.kubernetes]\n${everything}`;
  expect(loadConfig(text, { source: 'config.toml', owners }).notices).toMatchObject([
    { kind: 'notice', plugin: 'scheduling', line: 22, message: expect.stringContaining('"cpu_type" is refused') },
  ]);
});

/** A neighbour in the list of plugins. */
function other(name: string, write: (draft: PodDraft) => void) {
  return definePlugin({
    name,
    core: `^${version}`,
    configSchema: z.strictObject({}),
    apply: ({ hooks }) => hooks.buildPod.tap(name, write),
  });
}
