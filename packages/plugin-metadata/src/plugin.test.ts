import { JobRejectedError } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { metadataPlugin } from './plugin.ts';

const plugins = [metadataPlugin];

describePlugin(metadataPlugin, {
  toml: `
    pod_annotations_overwrite_allowed = "Key[0-9]=.*"
    [runners.kubernetes.pod_labels]
    branch = "$CI_COMMIT_REF_NAME"
    "example.com/team" = "red"
    [runners.kubernetes.pod_annotations]
    branch = "$CI_COMMIT_REF_NAME"
    "example.com/team" = "the red ones"
  `,
  payload: {
    variables: [
      { key: 'CI_COMMIT_REF_NAME', value: 'feature/x' },
      { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'Key1=Val1' },
      { key: 'KUBERNETES_POD_ANNOTATIONS_2', value: 'Key2=Val2' },
    ],
  },
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it('has the configured labels and annotations, with those that the job sets, sorted', async () => {
    const { pod } = await buildPod({
      plugins,
      toml: `
        pod_annotations_overwrite_allowed = ".*"
        [runners.kubernetes.pod_labels]
        who = "$CI_RUNNER_SHORT_TOKEN"
        branch = "\${CI_COMMIT_REF_NAME}"
        nested = "$NESTED"
        unknown = "$UNKNOWN"
        [runners.kubernetes.pod_annotations]
        team = "red"
        branch = "on $CI_COMMIT_REF_NAME"
      `,
      payload: {
        variables: [
          { key: 'CI_COMMIT_REF_NAME', value: 'feature/new thing' },
          { key: 'NESTED', value: 'is-$CI_COMMIT_REF_NAME' },
          { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'team=blue' },
          { key: 'KUBERNETES_POD_ANNOTATIONS_2', value: 'also=$CI_COMMIT_REF_NAME' },
          { key: 'KUBERNETES_POD_ANNOTATIONS_3', value: 'team=green' },
        ],
      },
    });
    expect(pod.metadata?.labels).toMatchInlineSnapshot(`
      {
        "app.kubernetes.io/instance": "runner-abcd1234-project-17-concurrent-0-random01",
        "app.kubernetes.io/managed-by": "podwright",
        "branch": "feature_new_thing",
        "nested": "is-feature_new_thing",
        "pod": "runner-abcd1234-project-17-concurrent-0",
        "unknown": "",
        "who": "AbCd1234",
      }
    `);
    expect(Object.keys(pod.metadata?.labels ?? {}).slice(3)).toEqual(['branch', 'nested', 'unknown', 'who']);
    expect(JSON.stringify(pod.metadata?.annotations)).toBe(
      '{"also":"feature/new thing","branch":"on feature/new thing","team":"green"}',
    );
  });

  it('says for each entry whether the configuration or the job set it', async () => {
    const { provenance } = await buildPod({
      plugins,
      toml: `
        pod_annotations_overwrite_allowed = ".*"
        pod_labels = { "example.com/a" = "1" }
        pod_annotations = { a = "1", "a.b" = "2" }
      `,
      payload: { variables: [{ key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'a=3' }] },
    });
    expect(provenance.get('metadata.labels.example.com/a')?.cause).toEqual({ config: 'pod_labels."example.com/a"' });
    expect(provenance.get('metadata.annotations.a')?.cause).toEqual({ variable: 'KUBERNETES_POD_ANNOTATIONS_1' });
    expect(provenance.get('metadata.annotations.a.b')?.cause).toEqual({ config: 'pod_annotations."a.b"' });
  });

  it('takes annotations from the environment of the runner, but not the pattern', async () => {
    const { pod } = await buildPod({
      plugins,
      toml: `
        [[runners]]
        token = "AbCd1234efgh"
        environment = ["KUBERNETES_POD_ANNOTATIONS_OVERWRITE_ALLOWED=a=b", "KUBERNETES_POD_ANNOTATIONS_X=c=d"]
        [runners.kubernetes]
        pod_annotations_overwrite_allowed = ".*"
      `,
    });
    expect(pod.metadata?.annotations).toEqual({ c: 'd' });
  });
});

describe('the trace', () => {
  it('says which annotations are set', async () => {
    const { trace } = await prepareJob({
      plugins,
      toml: 'pod_annotations_overwrite_allowed = ".*"',
      payload: { variables: [{ key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'Key1=Val1' }] },
    });
    expect(trace).toEqual(['info: pod_annotations has "Key1=Val1", set by KUBERNETES_POD_ANNOTATIONS_1']);
  });

  it('says which are ignored, and the key that would allow them', async () => {
    const { trace } = await prepareJob({
      plugins,
      payload: { variables: [{ key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'Key1=Val1' }] },
    });
    expect(trace).toEqual([
      `warn: KUBERNETES_POD_ANNOTATIONS_1 "Key1=Val1" is ignored: pod_annotations_overwrite_allowed is not set in this runner's configuration`,
    ]);
  });

  it('warns of secrets that come into the Pod, and does not show them', async () => {
    const { trace } = await prepareJob({
      plugins,
      toml: `
        pod_annotations_overwrite_allowed = ".*"
        pod_labels = { token = "$TOKEN", branch = "main" }
        pod_annotations = { token = "Bearer $TOKEN", replaced = "$TOKEN" }
      `,
      payload: {
        variables: [
          { key: 'TOKEN', value: 'hunter2-hunter2', masked: true },
          { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'also=$TOKEN' },
          { key: 'KUBERNETES_POD_ANNOTATIONS_2', value: 'replaced=harmless' },
        ],
      },
    });
    const said = 'holds the value of a masked variable, which all can read who may see the Pod';
    expect(trace).toEqual([
      'info: pod_annotations has "[MASKED]", set by KUBERNETES_POD_ANNOTATIONS_1',
      'info: pod_annotations has "replaced=harmless", set by KUBERNETES_POD_ANNOTATIONS_2',
      `warn: pod_labels.token ${said}`,
      `warn: KUBERNETES_POD_ANNOTATIONS_1 ${said}`,
      `warn: pod_annotations.token ${said}`,
    ]);
  });

  it('is silent when nothing is overwritten', async () => {
    const { trace } = await prepareJob({ plugins, toml: 'pod_labels = { branch = "$CI_COMMIT_REF_NAME" }' });
    expect(trace).toEqual([]);
  });
});

describe('a job that is refused', () => {
  it('is told all reasons at once', async () => {
    const refused = prepareJob({
      plugins,
      toml: 'pod_annotations_overwrite_allowed = "Key[0-9]=.*"',
      payload: {
        variables: [
          { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'Key=Val' },
          { key: 'KUBERNETES_POD_ANNOTATIONS_2', value: 'Key2' },
        ],
      },
    });
    await expect(refused).rejects.toThrow(JobRejectedError);
    await expect(refused).rejects.toMatchObject({
      message:
        'KUBERNETES_POD_ANNOTATIONS_1 is "Key=Val", but this runner allows only what matches "Key[0-9]=.*" (pod_annotations_overwrite_allowed); ' +
        'KUBERNETES_POD_ANNOTATIONS_2 is "Key2", but must be key=value',
      reason: 'runner_configuration_error',
      plugin: 'metadata',
    });
  });

  it('is told that its annotations are too large, whoever made them so', async () => {
    const refused = prepareJob({
      plugins,
      toml: 'pod_annotations = { large = "$LARGE" }',
      payload: { variables: [{ key: 'LARGE', value: 'x'.repeat(262_140) }] },
    });
    await expect(refused).rejects.toMatchObject({
      message: '262145 bytes of annotations are more than the 262144 that Kubernetes allows',
      plugin: 'metadata',
    });
  });
});
