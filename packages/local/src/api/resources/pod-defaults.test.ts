import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { setPodDefaults } from './pod-defaults.ts';

// As a Kubernetes 1.20.2 completes the same Pod, but for what it adds for access to the API.
test('a Pod is completed as Kubernetes does', () => {
  const pod = completed({ name: 'c', image: 'busybox' });

  expect(pod).toEqual({
    metadata: { name: 'p' },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'busybox',
          imagePullPolicy: 'Always',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccount: 'default',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  });
});

test('defaults that were set before change nothing', () => {
  const pod = completed({ name: 'c', image: 'x', resources: { limits: { cpu: '1' } } });
  const again = structuredClone(pod);
  setPodDefaults(again);

  expect(again).toEqual(pod);
});

test.each([
  ['busybox', 'Always'],
  ['busybox:latest', 'Always'],
  ['localhost:5000/busybox', 'Always'],
  ['busybox:1.36', 'IfNotPresent'],
  ['localhost:5000/busybox:1', 'IfNotPresent'],
  ['busybox@sha256:0000', 'IfNotPresent'],
])('the image %s is pulled %s', (image, policy) => {
  expect(completed({ name: 'c', image }).spec?.containers[0]?.imagePullPolicy).toBe(policy);
});

test('what has a limit and no request requests its limit, and numbers become text', () => {
  const limits = { cpu: 2 as unknown as string, memory: '1Gi' };
  const pod = completed({ name: 'c', image: 'x', resources: { limits, requests: { memory: '1Mi' } } });

  expect(pod.spec?.containers[0]?.resources).toEqual({
    limits: { cpu: '2', memory: '1Gi' },
    requests: { cpu: '2', memory: '1Mi' },
  });
});

test.each<[string, Container['resources'], string]>([
  ['nothing', {}, 'BestEffort'],
  ['a request', { requests: { cpu: '1' } }, 'Burstable'],
  ['limits of both', { limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
  ['one limit', { limits: { cpu: '1' } }, 'Burstable'],
])('with %s a Pod is %s', (_title, resources, qosClass) => {
  expect(completed({ name: 'c', image: 'x', ...(resources && { resources }) }).status?.qosClass).toBe(qosClass);
});

test('volumes, ports, probes and references are completed', () => {
  const pod: Pod = {
    spec: {
      volumes: [
        { name: 'a' },
        { name: 'b', secret: { secretName: 's' } },
        { name: 'c', projected: { sources: [{ serviceAccountToken: { path: 'p' } }] } },
        { name: 'd', hostPath: { path: '/x' } },
      ],
      containers: [
        {
          name: 'c',
          image: 'x',
          ports: [{ containerPort: 80 }],
          env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          readinessProbe: { exec: { command: ['true'] } },
        },
      ],
    },
  };
  setPodDefaults(pod);

  expect(pod.spec?.volumes).toEqual([
    { name: 'a', emptyDir: {} },
    { name: 'b', secret: { secretName: 's', defaultMode: 420 } },
    {
      name: 'c',
      projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 'p', expirationSeconds: 3600 } }] },
    },
    { name: 'd', hostPath: { path: '/x', type: '' } },
  ]);
  expect(pod.spec?.containers[0]).toMatchObject({
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    env: [{ valueFrom: { fieldRef: { apiVersion: 'v1' } } }],
    readinessProbe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  });
});

function completed(container: Container): Pod {
  const pod: Pod = { metadata: { name: 'p' }, spec: { containers: [container] } };
  setPodDefaults(pod);
  return pod;
}
