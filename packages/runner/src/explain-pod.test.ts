import { explainedFields } from '@podwright/core';
import { expect, it } from 'vitest';
import { explanationAsJson, explanationAsTree } from './explain-pod.ts';

const long = 'x'.repeat(80);
const fields = explainedFields({
  pod: {
    metadata: { name: 'pod', labels: { team: 'a', long } },
    spec: {
      dnsPolicy: 'None',
      containers: [{ name: 'build', image: 'debian', resources: { limits: { cpu: '1' } } }],
      volumes: [
        { name: 'tmp', emptyDir: { medium: 'Memory' } },
        { name: 'repo', emptyDir: {} },
      ],
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
    },
  },
  secrets: [],
  services: [],
  provenance: new Map([
    ['metadata.name', { plugin: 'core', hook: 'skeleton', cause: { because: 'names the Pod' } }],
    ['metadata.labels.team', { plugin: 'metadata', hook: 'buildPod', cause: { config: 'pod_labels.team' } }],
    ['metadata.labels.long', { plugin: 'metadata', hook: 'buildPod', cause: { config: 'pod_labels.long' } }],
    ['spec.dnsPolicy', { plugin: 'network', hook: 'buildPod', cause: { config: 'dns_policy' } }],
    ['spec.containers[build].image', { plugin: 'images', hook: 'buildContainer', cause: { job: 'image.name' } }],
    [
      'spec.containers[build].resources.limits.cpu',
      { plugin: 'resources', hook: 'buildContainer', cause: { variable: 'KUBERNETES_CPU_LIMIT' } },
    ],
    ['spec.volumes[tmp].emptyDir.medium', { plugin: 'acme', hook: 'mutatePod' }],
    ['spec.volumes[repo].name', { plugin: 'core', hook: 'skeleton', cause: { because: 'holds the sources' } }],
    ['spec.imagePullSecrets[one].name', { plugin: 'images', hook: 'buildPod', cause: { config: 'a' } }],
    ['spec.imagePullSecrets[two].name', { plugin: 'images', hook: 'buildPod', cause: { config: 'b' } }],
  ]),
});

it('prints a tree', () => {
  expect(explanationAsTree(fields, false)).toBe(`\
metadata
  name: "pod"                                                           core: names the Pod
  labels
    team: "a"                                                           metadata: pod_labels.team of [runners.kubernetes]
    long: "${long}"
                                                                        metadata: pod_labels.long of [runners.kubernetes]
spec
  dnsPolicy: "None"                                                     network: dns_policy of [runners.kubernetes]
  containers
    build
      image: "debian"                                                   images: image.name of the job
      resources
        limits
          cpu: "1"                                                      resources: variable KUBERNETES_CPU_LIMIT
  volumes
    tmp
      emptyDir
        medium: "Memory"                                                acme: mutatePod
    repo
      name: "repo"                                                      core: holds the sources
  imagePullSecrets
    one
      name: "one"                                                       images: a of [runners.kubernetes]
    two
      name: "two"                                                       images: b of [runners.kubernetes]
`);
});

it('has colours for terminals', () => {
  expect(explanationAsTree(fields, true)).toContain('\u001B[36mnetwork\u001B[39m');
});

it('gives the same as data', () => {
  expect(explanationAsJson(fields)).toContainEqual({
    path: 'spec.containers[build].resources.limits.cpu',
    value: '1',
    plugin: 'resources',
    hook: 'buildContainer',
    cause: { variable: 'KUBERNETES_CPU_LIMIT' },
  });
});
