import type { V1ObjectMeta } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { describeOnCluster } from '../support/describe-on-cluster.ts';
import { startJob, type StartedJob } from '../support/start-job.ts';

describeOnCluster('labels and annotations', (environment) => {
  it('puts labels and annotations on the Pod, and lets the job set annotations', async () => {
    const job = startJob(environment(), {
      script,
      toml: `
        pod_annotations_overwrite_allowed = "(Key[0-9]|example\\\\.com/team)=.*"
        [runners.kubernetes.pod_labels]
        branch = "$CI_COMMIT_REF_NAME"
        "example.com/Team" = "-- The $CI_RUNNER_SHORT_TOKEN --"
        ${'l'.repeat(63)} = "${'v'.repeat(80)}"
        empty = "$UNKNOWN"
        [runners.kubernetes.pod_annotations]
        "Example.com/Branch" = "on $CI_COMMIT_REF_NAME"
        "example.com/team" = "red"
      `,
      variables: [
        { key: 'CI_COMMIT_REF_NAME', value: 'feature/schöner' },
        { key: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'Key1=Val1=x' },
        { key: 'KUBERNETES_POD_ANNOTATIONS_2', value: 'example.com/team=blue' },
        { key: 'KUBERNETES_POD_ANNOTATIONS_3', value: 'Key2=' },
      ],
    });
    const { labels, annotations } = await metadataOf(job);
    expect(labels).toMatchObject({
      branch: 'feature_sch_ner',
      'example.com/Team': 'The_012345678',
      ['l'.repeat(63)]: 'v'.repeat(63),
      empty: '',
      'app.kubernetes.io/managed-by': 'podwright',
    });
    expect(annotations).toMatchObject({
      'Example.com/Branch': 'on feature/schöner',
      'example.com/team': 'blue',
      Key1: 'Val1=x',
      Key2: '',
    });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('pod_annotations has "example.com/team=blue", set by KUBERNETES_POD_ANNOTATIONS_2');
  });

  it('leaves out what the job may not set, and says so', async () => {
    const job = startJob(environment(), { script, variables: [annotation('Key1=Val1')] });
    expect((await metadataOf(job)).annotations ?? {}).not.toHaveProperty('Key1');
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('"Key1=Val1" is ignored: pod_annotations_overwrite_allowed is not set');
  });

  it('asks the cluster for nothing when an annotation is refused', async () => {
    const before = environment().requests.length;
    const job = startJob(environment(), {
      script: ['true'],
      toml: 'pod_annotations_overwrite_allowed = "Key1=.*"',
      variables: [annotation('MyKey1=Val1')],
    });
    expect(await job.result).toMatchObject({
      reason: 'runner_configuration_error',
      message: expect.stringContaining('"MyKey1=Val1", but this runner allows only what matches "Key1=.*"'),
    });
    expect(environment().requests).toHaveLength(before);
  });

  it('may use all the bytes that Kubernetes allows', async () => {
    const job = startJob(environment(), {
      script,
      toml: 'pod_annotations = { large = "$LARGE" }',
      // A file, as no command could have so large a variable in its environment().
      variables: [{ key: 'LARGE', value: 'x'.repeat(256 * 1024 - 'large'.length), file: true }],
    });
    expect((await metadataOf(job)).annotations?.['large']).toHaveLength(256 * 1024 - 'large'.length);
    expect(await job.result).toEqual({ state: 'success' });
  });

  it('warns of a secret in the metadata without showing it', async () => {
    const job = startJob(environment(), {
      script,
      toml: 'pod_annotations = { token = "$TOKEN" }',
      variables: [{ key: 'TOKEN', value: 'hunter2-hunter2', masked: true }],
    });
    expect((await metadataOf(job)).annotations).toMatchObject({ token: 'hunter2-hunter2' });
    expect(await job.result).toEqual({ state: 'success' });
    expect(job.trace()).toContain('pod_annotations.token holds the value of a masked variable');
    expect(job.trace()).not.toContain('hunter2');
  });

  /** What the cluster keeps of a job whose script runs. */
  async function metadataOf(job: StartedJob): Promise<V1ObjectMeta> {
    const name = await job.seen('started\n');
    const pod = await environment().api.readNamespacedPod({ name, namespace: environment().namespace });
    return pod.metadata ?? {};
  }
});

const script = ['echo started', 'sleep 2'];

function annotation(value: string) {
  return { key: 'KUBERNETES_POD_ANNOTATIONS_1', value };
}
