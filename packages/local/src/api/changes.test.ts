import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testStore } from '../test-kit/test-store.ts';
import { ApiError } from './api-error.ts';
import { Changes } from './changes.ts';
import { isJsonObject, type JsonObject } from './kube-object.ts';
import { configMaps, events, namespaces, pods, secrets, serviceAccounts } from './resources/resources.ts';
import type { Resource } from './resources/resource.ts';

const options = { dryRun: false, unknownFields: 'Ignore' } as const;

const fullPod = {
  metadata: {
    name: 'p',
    labels: { a: 'b' },
    annotations: { a: 'b' },
    finalizers: ['a.b/c'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'o', uid: 'o', controller: true }],
  },
  spec: {
    initContainers: [{ name: 'i', image: 'i:1' }],
    containers: [
      {
        name: 'c',
        image: 'i:1',
        command: ['sh'],
        args: ['-c', 'true'],
        workingDir: '/',
        env: [
          { name: 'A', value: 'b' },
          { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        ],
        envFrom: [{ configMapRef: { name: 'm' } }],
        ports: [{ containerPort: 80, name: 'http' }],
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }],
        securityContext: { privileged: false, capabilities: { add: ['KILL'] }, seccompProfile: { type: 'Unconfined' } },
        lifecycle: { preStop: { exec: { command: ['true'] } } },
        readinessProbe: { httpGet: { port: 80 } },
      },
    ],
    volumes: [
      { name: 'v', emptyDir: { sizeLimit: '1Gi' } },
      { name: 's', secret: { secretName: 's', items: [{ key: 'k', path: 'p' }] } },
      { name: 'm', configMap: { name: 'm' } },
      { name: 'h', hostPath: { path: '/x', type: 'Directory' } },
      { name: 'p', projected: { sources: [{ secret: { name: 's', items: [{ key: 'k', path: 'p' }] } }] } },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
        },
      },
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'a' } }],
      },
    },
    dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a'], options: [{ name: 'ndots' }] },
    hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }],
    nodeSelector: { a: 'b' },
    securityContext: { sysctls: [{ name: 'kernel.x', value: '1' }], supplementalGroups: [1] },
    tolerations: [{ key: 'a', operator: 'Exists' }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway' }],
  },
};

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 1.5, '', ' ', 'x', '..', true, [], {}, [null], [[]], [{}], { a: null }, [''], {
    name: 'n',
  }),
  fc.jsonValue({ maxDepth: 2 }),
);

test('a Pod with everything is fine', () => {
  const { object } = new Changes(testStore(), () => {}).create(pods, 'default', fullPod, options);

  expect(object.metadata.name).toBe('p');
});

test('whatever a field of a Pod is replaced by, the answer is a Pod or a refusal', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths(fullPod)), oddValue, (path, value) => {
      expectAnswer(pods, replaced(fullPod, path, value));
    }),
    { numRuns: 500 },
  );
});

test.each(
  [configMaps, events, namespaces, pods, secrets, serviceAccounts].map(
    (resource) => [resource.plural, resource] as const,
  ),
)('any JSON is answered with one of the %s or a refusal', (_plural, resource) => {
  const object = fc.dictionary(
    fc.constantFrom('metadata', 'data', 'spec', 'type', 'kind', 'involvedObject', 'x'),
    oddValue,
  );
  fc.assert(fc.property(object, (body) => expectAnswer(resource, body)));
});

test.each([
  [{ kind: 'Pod' }, 'Pod in version "v1"'],
  [{ kind: 3, apiVersion: null }, '3 in version "null"'],
  [{ kind: { toString: null } }, '{"toString":null} in version "v1"'],
])('%j is no object of the resource', (body, what) => {
  const create = () => new Changes(testStore(), () => {}).create(configMaps, 'default', body, options);

  expect(create).toThrow(`${what} cannot be handled as a ConfigMap in version "v1"`);
});

test('what the API alone may say is not taken from clients', () => {
  const metadata = {
    name: 'm',
    uid: 'mine',
    resourceVersion: '5',
    creationTimestamp: '2001-01-01T00:00:00Z',
    deletionTimestamp: '2001-01-01T00:00:00Z',
    managedFields: [{ manager: 'x' }],
  };
  const { object } = new Changes(testStore(), () => {}).create(configMaps, 'default', { metadata }, options);

  expect(object.metadata).toEqual({
    name: 'm',
    namespace: 'default',
    uid: expect.not.stringMatching('mine'),
    resourceVersion: expect.not.stringMatching(/^5$/),
    creationTimestamp: expect.not.stringMatching('2001'),
  });
});

test('a replacement that changes nothing is no new version', () => {
  const store = testStore();
  const changes = new Changes(store, () => {});
  const { object } = changes.create(configMaps, 'default', { metadata: { name: 'm' }, data: { a: 'b' } }, options);
  const again = changes.replace(configMaps, object, { data: { a: 'b' } }, { ...options, part: 'all' });

  expect(again.object).toBe(object);
});

test('a namespace that is being deleted takes nothing new', () => {
  const store = testStore();
  const namespace = store.get(namespaces, '', 'default')!;
  const metadata = { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  store.replace(namespaces, { ...namespace, metadata }, namespace);
  const create = () => new Changes(store, () => {}).create(configMaps, 'default', { metadata: { name: 'm' } }, options);

  expect(create).toThrow('unable to create new content in namespace default because it is being terminated');
});

function expectAnswer(resource: Resource, body: JsonObject): void {
  const changes = new Changes(testStore(), () => {});
  const namespace = resource.namespaced ? 'default' : '';
  let failure: unknown;
  try {
    const { object } = changes.create(resource, namespace, body, options);
    resource.selectableFields(object);
    for (const column of resource.columns) column.cell(object);
  } catch (error) {
    if (!(error instanceof ApiError)) failure = error;
  }
  expect(failure).toBeUndefined();
}

/** Where a value can be replaced: each member and item. */
function paths(value: unknown, prefix: readonly string[] = []): string[][] {
  if (!isJsonObject(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...prefix, key], ...paths(item, [...prefix, key])]);
}

function replaced(object: object, path: readonly string[], value: unknown): JsonObject {
  const copy = structuredClone(object) as JsonObject;
  const parent = path.slice(0, -1).reduce<JsonObject>((at, step) => at[step] as JsonObject, copy);
  parent[path.at(-1) ?? ''] = value;
  return copy;
}
