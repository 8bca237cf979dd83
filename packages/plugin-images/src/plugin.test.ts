import { JobRejectedError, definePlugin, version, type PodProblem } from '@podwright/core';
import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { imagesPlugin } from './plugin.ts';

const plugins = [imagesPlugin];

describePlugin(imagesPlugin, {
  toml: `
    image = "debian"
    helper_image = "helper:$CI_RUNNER_VERSION"
    pull_policy = ["always", "if-not-present"]
    image_pull_secrets = ["first", "second"]
  `,
  payload: {
    credentials: [{ type: 'registry', url: 'registry.example.com', username: 'gitlab-ci-token', password: 'token' }],
  },
  always: ['spec.containers[build].image', 'spec.containers[helper].image'],
  readme: new URL('../README.md', import.meta.url),
});

describe('the Pod', () => {
  it('has images, pull policies, and the registry Secret behind the configured ones', async () => {
    const { pod, secrets } = await buildPod({
      plugins,
      toml: `
        image = "debian"
        helper_image = "helper:$CI_RUNNER_VERSION"
        pull_policy = "always"
        image_pull_secrets = ["second", "first"]
      `,
      payload: {
        image: null,
        variables: [{ key: 'DOCKER_AUTH_CONFIG', value: '{"auths":{"docker.io":{"auth":"dXNlcjpwYSRzcw=="}}}' }],
        credentials: [
          { type: 'registry', url: 'registry.example.com', username: 'gitlab-ci-token', password: 'token' },
        ],
      },
    });
    const containers = (pod.spec?.containers ?? []).map(({ name, image, imagePullPolicy }) => ({
      name,
      image,
      imagePullPolicy,
    }));
    const registry = secrets.find(({ type }) => type === 'kubernetes.io/dockerconfigjson');
    expect({
      containers,
      imagePullSecrets: pod.spec?.imagePullSecrets,
      registry: { name: registry?.metadata?.name, content: registry?.stringData?.['.dockerconfigjson'] },
    }).toMatchInlineSnapshot(`
      {
        "containers": [
          {
            "image": "helper:0.1.0",
            "imagePullPolicy": "Always",
            "name": "helper",
          },
          {
            "image": "debian",
            "imagePullPolicy": "Always",
            "name": "build",
          },
        ],
        "imagePullSecrets": [
          {
            "name": "second",
          },
          {
            "name": "first",
          },
          {
            "name": "runner-abcd1234-project-17-concurrent-0-random01-registry",
          },
        ],
        "registry": {
          "content": "{"auths":{"https://index.docker.io/v1/":{"username":"user","password":"pa$ss"},"registry.example.com":{"username":"gitlab-ci-token","password":"token"}}}",
          "name": "runner-abcd1234-project-17-concurrent-0-random01-registry",
        },
      }
    `);
  });

  it('has no pull policy, no pull secrets and no registry Secret when nothing asks for them', async () => {
    const { pod, secrets } = await buildPod({ plugins });
    expect(pod.spec).not.toHaveProperty('imagePullSecrets');
    expect(pod.spec?.containers.map((container) => Object.keys(container).includes('imagePullPolicy'))).toEqual([
      false,
      false,
    ]);
    expect(secrets.map(({ type }) => type)).not.toContain('kubernetes.io/dockerconfigjson');
  });
});

describe('other containers', () => {
  it('run the helper image when they are init containers, and are pulled the same way', async () => {
    const { pod } = await buildPod({
      plugins: [moreContainers, imagesPlugin],
      toml: 'helper_image = "helper"\npull_policy = "never"',
    });
    expect(pod.spec?.initContainers).toMatchObject([{ name: 'init', image: 'helper', imagePullPolicy: 'Never' }]);
    const service = pod.spec?.containers.find(({ name }) => name === 'svc-0');
    expect(service).toMatchObject({ imagePullPolicy: 'Never' });
    expect(service).not.toHaveProperty('image');
  });
});

describe('prepare', () => {
  it('says the image in the trace, variables replaced', async () => {
    const { trace } = await prepareJob({
      plugins,
      payload: { image: { name: 'alpine:$TAG' }, variables: [{ key: 'TAG', value: '3.12' }] },
    });
    expect(trace).toEqual(['info: Using image alpine:3.12']);
  });

  it('refuses a job without an image', async () => {
    await expect(prepareJob({ plugins, payload: { image: null } })).rejects.toThrow(JobRejectedError);
  });

  it('says what it does not use, and nothing secret', async () => {
    const { trace } = await prepareJob({
      plugins,
      payload: {
        image: { name: 'alpine', pull_policy: ['always'] },
        variables: [{ key: 'DOCKER_AUTH_CONFIG', value: '{"auths": hunter2' }],
      },
    });
    expect(trace).toEqual([
      'info: Using image alpine',
      "warn: pull_policy of the job is ignored: this runner's configuration decides",
      'warn: DOCKER_AUTH_CONFIG is ignored: it is not the content of a Docker config.json',
    ]);
  });
});

describe('podFailed', () => {
  it('goes through the policies of each container for itself, and gives up after the last', async () => {
    const job = await prepareJob({ plugins, toml: 'pull_policy = ["always", "if-not-present", "never"]' });
    const policies = async () => (await job.build()).pod.spec?.containers.map((c) => c.imagePullPolicy);

    expect(await policies()).toEqual(['Always', 'Always']);
    expect(await job.podFailed(pullFailed('build'))).toHaveLength(1);
    expect(await policies()).toEqual(['Always', 'IfNotPresent']);
    expect(await job.podFailed(pullFailed('helper'))).toHaveLength(1);
    expect(await policies()).toEqual(['IfNotPresent', 'IfNotPresent']);
    expect(await job.podFailed(pullFailed('build'))).toEqual(['pull policy Never for container build, attempt 4']);
    expect(await policies()).toEqual(['IfNotPresent', 'Never']);
    expect(await job.podFailed(pullFailed('build'))).toEqual([]);
    expect(job.trace.slice(1)).toEqual([
      'warn: pull policy Always failed: build not found',
      'warn: pull policy Always failed: helper not found',
      'warn: pull policy IfNotPresent failed: build not found',
      'warn: pull policy Never failed: build not found',
    ]);
  });

  it('leaves a problem that is no pull to others', async () => {
    const job = await prepareJob({ plugins, toml: 'pull_policy = ["always", "never"]' });
    await job.build();
    expect(await job.podFailed({ ...pullFailed('build'), kind: 'image_name', reason: 'InvalidImageName' })).toEqual([]);
    expect(job.trace).toHaveLength(1);
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

function pullFailed(container: string): PodProblem {
  const failure = { state: 'failed', reason: 'image_pull_failure', message: `${container} not found` } as const;
  return { kind: 'image_pull', reason: 'ErrImagePull', container, image: 'alpine:3.12', failure };
}
