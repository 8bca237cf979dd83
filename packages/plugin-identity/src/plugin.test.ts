import { JobRejectedError } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { identityPlugin } from './plugin.ts';

const plugins = [identityPlugin];

const allowAll = `
  namespace = "gitlab"
  namespace_overwrite_allowed = "ci-.*"
  service_account = "runner"
  service_account_overwrite_allowed = "ci-.*"
  bearer_token_overwrite_allowed = true
`;
const overwriteAll = {
  variables: [
    { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'ci-$CI_COMMIT_REF_SLUG' },
    { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'ci-service-account' },
    { key: 'KUBERNETES_BEARER_TOKEN', value: 'hunter2\n', file: true },
    { key: 'CI_COMMIT_REF_SLUG', value: 'main', public: true },
  ],
};

describePlugin(identityPlugin, {
  toml: allowAll,
  payload: overwriteAll,
  readme: new URL('../README.md', import.meta.url),
});

describe('a job', () => {
  it('stays where the runner puts it when nothing is configured', async () => {
    const prepared = await prepareJob({ plugins, namespace: 'of-the-runner' });
    const { pod } = await prepared.build();
    expect(prepared.job.namespace).toBe('of-the-runner');
    expect(prepared.job.bearerToken).toBeUndefined();
    expect(pod.spec).not.toHaveProperty('serviceAccountName');
    expect(prepared.trace).toEqual([]);
  });

  it('runs in the configured namespace, as the configured service account', async () => {
    const { pod, provenance, secrets } = await buildPod({
      plugins,
      namespace: 'of-the-runner',
      toml: 'namespace = "gitlab"\nservice_account = "runner"',
    });
    expect(pod.metadata?.namespace).toBe('gitlab');
    expect(secrets.map(({ metadata }) => metadata?.namespace)).toEqual(['gitlab']);
    expect(pod.spec?.serviceAccountName).toBe('runner');
    expect(provenance.get('spec.serviceAccountName')).toEqual({
      plugin: 'identity',
      hook: 'buildPod',
      cause: { config: 'service_account' },
    });
  });

  it('runs where, as whom and with the token that its variables say', async () => {
    const prepared = await prepareJob({ plugins, toml: allowAll, payload: overwriteAll });
    const { pod, provenance } = await prepared.build();
    expect(pod.metadata?.namespace).toBe('ci-main');
    expect(pod.spec?.serviceAccountName).toBe('ci-service-account');
    expect(prepared.job.bearerToken).toBe('hunter2');
    expect(provenance.get('metadata.namespace')).toMatchObject({
      plugin: 'identity',
      cause: { variable: 'KUBERNETES_NAMESPACE_OVERWRITE' },
    });
    expect(provenance.get('spec.serviceAccountName')?.cause).toEqual({
      variable: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
    });
    expect(prepared.trace).toEqual([
      'info: namespace is "ci-main", set by KUBERNETES_NAMESPACE_OVERWRITE',
      'info: service_account is "ci-service-account", set by KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
      'info: the token for the Kubernetes API is set by KUBERNETES_BEARER_TOKEN',
    ]);
  });

  it("keeps its token out of the Pod, and the runner's too", async () => {
    const { pod } = await buildPod({
      plugins,
      toml: 'bearer_token = "hunter1"\nbearer_token_overwrite_allowed = true',
      payload: { variables: [{ key: 'KUBERNETES_BEARER_TOKEN', value: 'hunter2', public: true }] },
    });
    expect(JSON.stringify(pod)).not.toContain('hunter');
  });

  it('is told which variables are ignored', async () => {
    const { job, trace } = await prepareJob({ plugins, toml: 'namespace = "gitlab"', payload: overwriteAll });
    expect(job.namespace).toBe('gitlab');
    expect(job.bearerToken).toBeUndefined();
    expect(trace).toEqual([
      expect.stringMatching(/^warn: KUBERNETES_NAMESPACE_OVERWRITE "ci-main" is ignored: namespace_overwrite_allowed/),
      expect.stringMatching(/^warn: KUBERNETES_SERVICE_ACCOUNT_OVERWRITE .* service_account_overwrite_allowed/),
      expect.stringMatching(/^warn: KUBERNETES_BEARER_TOKEN is ignored: bearer_token_overwrite_allowed/),
    ]);
  });

  it('is refused with all reasons at once', async () => {
    const refused = prepareJob({
      plugins,
      toml: allowAll,
      payload: {
        variables: [
          { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'prod' },
          { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'admin' },
          { key: 'KUBERNETES_BEARER_TOKEN', value: 'hunter2\nhunter2' },
        ],
      },
    });
    await expect(refused).rejects.toThrow(JobRejectedError);
    await expect(refused).rejects.toMatchObject({
      message:
        'KUBERNETES_NAMESPACE_OVERWRITE is "prod", but this runner allows only what matches "ci-.*" (namespace_overwrite_allowed); ' +
        'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE is "admin", but this runner allows only what matches "ci-.*" (service_account_overwrite_allowed); ' +
        'KUBERNETES_BEARER_TOKEN cannot stand in an HTTP header: a token has only printable ASCII characters, and no spaces or line breaks between them (it is not shown here)',
      hint: 'change the variables of the job, or ask the administrator of the runner to allow more',
      reason: 'runner_configuration_error',
      plugin: 'identity',
    });
  });

  it('is matched as [podwright] overwrite_match says', async () => {
    const toml = `
      [podwright]
      overwrite_match = "partial"
      [[runners]]
      token = "AbCd1234efgh"
      [runners.kubernetes]
      namespace_overwrite_allowed = "ci"
    `;
    const variables = [{ key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'my-ci-1' }];
    const { job } = await prepareJob({ plugins, toml, payload: { variables } });
    expect(job.namespace).toBe('my-ci-1');
  });
});

it('points out patterns that GitLab Runner takes for more than podwright does', () => {
  const config = configSchema.parse({
    namespace_overwrite_allowed: 'ci-.*',
    service_account_overwrite_allowed: '^ci$',
  });
  const notices = identityPlugin.notices(config, { overwriteMatch: 'whole' });
  expect(notices.map(({ path }) => path)).toEqual(['namespace_overwrite_allowed']);
});
