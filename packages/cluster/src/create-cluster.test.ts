import type { Pod, Secret, Service } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiServer, breakOff, hangUp, json, quick, silence, status, type Answer } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';
import type { RequestInfo } from './request-info.ts';
import type { ClusterTiming } from './timing.ts';

const { signal } = new AbortController();
const pod: Pod = {
  metadata: { name: 'job-1', namespace: 'ci', labels: { job: '1' }, annotations: { nonce: 'abc' } },
  spec: { containers: [{ name: 'build', resources: { limits: { cpu: '1000m' } } }] },
};
const secret: Secret = {
  metadata: { name: 'job-1-scripts', namespace: 'ci', ownerReferences: [owner('u1')] },
  data: { key: 'czNjcmV0' },
};

function owner(uid: string) {
  return { apiVersion: 'v1', kind: 'Pod', name: 'job-1', uid };
}

let api: ApiServer;
let cluster: ConnectedCluster;
let told: RequestInfo[];

async function connect(timing: Partial<ClusterTiming> = {}): Promise<void> {
  await cluster?.close();
  told = [];
  cluster = createCluster(await api.connection(), {
    timing: { ...quick, ...timing },
    onRequest: (info) => told.push(info),
  });
}

beforeEach(async () => {
  api = await ApiServer.start();
  await connect();
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

function methods(): string[] {
  return api.seen.map(({ method }) => method);
}

describe('creating', () => {
  test('sends the object as it is, and gives what the API made of it, unknown fields included', async () => {
    const answer = { ...pod, metadata: { ...pod.metadata, uid: 'u1' }, spec: { fieldOfTheFuture: [1] } };
    api.answers.push(json(answer, 201));
    expect(await cluster.createPod(pod, signal)).toEqual(answer);
    const [seen] = api.seen;
    expect(JSON.parse(seen!.body)).toEqual(pod);
    expect(seen).toMatchObject({ method: 'POST', path: '/api/v1/namespaces/ci/pods' });
  });

  test.each<[string, Answer]>([
    ['too many requests', status(429, 'TooManyRequests', 'slow down', undefined, { 'retry-after': '0' })],
    ['a quota being counted', status(409, 'Conflict', 'Operation cannot be fulfilled on resourcequotas')],
    ['an API server that starts', status(503, 'ServiceUnavailable', 'starting')],
    ['a slow etcd', status(500, 'InternalError', 'etcdserver: request timed out')],
  ])('tries again after %s', async (_, answer) => {
    api.answers.push(answer, json(pod, 201));
    await expect(cluster.createPod(pod, signal)).resolves.toEqual(pod);
    expect(methods()).toEqual(['POST', 'POST']);
  });

  test.each<[string, Answer]>([
    ['an answer that was lost', hangUp],
    ['an answer that broke off', breakOff],
    ['an answer that is not JSON', (response) => response.end('<html>')],
    ['a gateway that gave up', status(504, 'Timeout', 'request timed out')],
  ])('reads its own object back when the name is taken after %s', async (_, answer) => {
    const made = { ...pod, spec: { containers: [{ name: 'build', resources: { limits: { cpu: '1' } } }] } };
    api.answers.push(answer, status(409, 'AlreadyExists', 'pods "job-1" already exists'), json(made));
    await expect(cluster.createPod(pod, signal)).resolves.toEqual(made);
    expect(methods()).toEqual(['POST', 'POST', 'GET']);
    expect(api.seen[2]?.path).toBe('/api/v1/namespaces/ci/pods/job-1');
  });

  test.each<[string, Pod]>([
    ['a label is another', { ...pod, metadata: { ...pod.metadata, labels: { job: '2' } } }],
    ['it is being deleted', { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } }],
    ['an annotation is missing', { ...pod, metadata: { ...pod.metadata, annotations: {} } }],
  ])('does not take the object of somebody else for its own: %s', async (_, found) => {
    api.answers.push(hangUp, status(409, 'AlreadyExists', 'pods "job-1" already exists'), json(found));
    await expect(cluster.createPod(pod, signal)).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
  });

  test.each<[string, Secret]>([
    ['the data is another', { ...secret, data: { key: 'other' } }],
    ['the owner is another', { ...secret, metadata: { ...secret.metadata, ownerReferences: [owner('u2')] } }],
  ])('does not take the secret of somebody else for its own: %s', async (_, found) => {
    api.answers.push(hangUp, status(409, 'AlreadyExists', 'secrets "job-1-scripts" already exists'), json(found));
    await expect(cluster.createSecret(secret, signal)).rejects.toMatchObject({ status: 409 });
  });

  test('takes its own secret back', async () => {
    api.answers.push(hangUp, status(409, 'AlreadyExists', 'taken'), json(secret));
    await expect(cluster.createSecret(secret, signal)).resolves.toEqual(secret);
  });

  test('makes services as it makes the rest', async () => {
    const service: Service = {
      metadata: { name: 'job-1-web', namespace: 'ci', ownerReferences: [owner('u1')] },
      spec: { ports: [{ port: 80 }] },
    };
    api.answers.push(hangUp, status(409, 'AlreadyExists', 'taken'), json(service));
    await expect(cluster.createService(service, signal)).resolves.toEqual(service);
    expect(api.seen[0]).toMatchObject({ method: 'POST', path: '/api/v1/namespaces/ci/services' });
    expect(api.seen[2]).toMatchObject({ method: 'GET', path: '/api/v1/namespaces/ci/services/job-1-web' });
  });

  test.each<[string, Answer, object]>([
    ['a name that is taken from the start', status(409, 'AlreadyExists', 'taken'), { status: 409 }],
    ['an unknown namespace', status(404, 'NotFound', 'namespaces "ci" not found'), { status: 404, reason: 'NotFound' }],
    ['a quota', status(403, 'Forbidden', 'exceeded quota'), { status: 403 }],
    ['a bug of the API server', status(500, 'InternalError', 'index out of range'), { status: 500 }],
    ['a redirect', (response) => response.writeHead(302, { location: '/login' }).end(), { status: 302 }],
  ])('does not try again after %s', async (_, answer, error) => {
    api.answers.push(answer);
    await expect(cluster.createPod(pod, signal)).rejects.toMatchObject({ code: 'CLUSTER_API', ...error });
    expect(methods()).toEqual(['POST']);
  });

  test('never repeats what a secret holds in an error', async () => {
    api.otherwise = (response) => response.end(`{"data": czNjcmV0`);
    await connect({ repeat: 0 });
    const error = await cluster.createSecret(secret, signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(JSON.stringify([String(error), String((error as Error).cause)])).not.toContain('czNjcmV0');
  });

  test('a Pod without a name is a mistake of the caller', async () => {
    await expect(cluster.createPod({ metadata: { namespace: 'ci' } }, signal)).rejects.toThrow(
      'must have a name and a namespace',
    );
  });
});

describe('deleting', () => {
  test('leaves the rest to owner references', async () => {
    api.answers.push(json(pod));
    await cluster.deletePod('ci', 'job-1', signal);
    expect(api.seen[0]).toMatchObject({ method: 'DELETE', path: '/api/v1/namespaces/ci/pods/job-1' });
    expect(JSON.parse(api.seen[0]!.body)).toMatchObject({ kind: 'DeleteOptions', propagationPolicy: 'Background' });
  });

  test.each<[string, Answer[]]>([
    ['a Pod that is gone already', [status(404, 'NotFound', 'pods "job-1" not found')]],
    ['a lost answer to a deletion that was done', [hangUp, status(404, 'NotFound', 'pods "job-1" not found')]],
    ['an API server in trouble', [status(500, 'InternalError', 'trouble'), json(pod)]],
  ])('is fine with %s', async (_, answers) => {
    api.answers.push(...answers);
    await expect(cluster.deletePod('ci', 'job-1', signal)).resolves.toBeUndefined();
  });

  test('says that it may not', async () => {
    api.answers.push(status(403, 'Forbidden', 'pods "job-1" is forbidden: User "x" cannot delete resource "pods"'));
    await expect(cluster.deletePod('ci', 'job-1', signal)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('cannot delete') as string,
    });
  });
});

describe('warnings', () => {
  test('come oldest first, those of other kinds of objects left out', async () => {
    const items = [
      { reason: 'Late', message: 'c', count: 2, lastTimestamp: '2024-01-01T00:00:09Z' },
      { reason: 'Early', message: 'a', lastTimestamp: '2024-01-01T00:00:01Z', involvedObject: { kind: 'Pod' } },
      { reason: 'Series', message: 'b', eventTime: '2024-01-01T00:00:03Z', series: { count: 7 } },
      { reason: 'Other', message: 'x', involvedObject: { kind: 'ReplicaSet' } },
    ];
    api.answers.push(json({ items }));
    expect(await cluster.podWarnings('ci', 'job-1', signal)).toEqual([
      { reason: 'Early', message: 'a', count: 1 },
      { reason: 'Series', message: 'b', count: 7 },
      { reason: 'Late', message: 'c', count: 2 },
    ]);
    expect(api.seen[0]?.query.get('fieldSelector')).toBe('involvedObject.name=job-1,type=Warning');
  });

  test('are none when the API gives no list', async () => {
    api.answers.push(json({ items: null }));
    expect(await cluster.podWarnings('ci', 'job-1', signal)).toEqual([]);
  });
});

describe('a server that cannot be reached', () => {
  test('is a lost connection that names what was asked and where', async () => {
    const { url } = api;
    await api.close();
    await connect({ repeat: 0 });
    await expect(cluster.podWarnings('ci', 'job-1', signal)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(`^list events in namespace ci at ${url}: connect ECONNREFUSED`) as string,
    });
    expect(told).toEqual([{ verb: 'list', resource: 'events' }]);
  });

  test.each<[string, Answer]>([
    ['never answers', silence],
    [
      'begins an answer and stops',
      (response) => {
        response.writeHead(200).write('{');
      },
    ],
  ])('is a lost connection when it %s', async (_, answer) => {
    api.otherwise = answer;
    await connect({ request: 30, repeat: 0 });
    await expect(cluster.podWarnings('ci', 'job-1', signal)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('no answer within 30 ms') as string,
    });
  });

  test('does not keep a cancelled caller waiting', async () => {
    const stop = new AbortController();
    api.otherwise = () => stop.abort(new Error('cancelled'));
    await expect(cluster.createPod(pod, stop.signal)).rejects.toThrow('cancelled');
  });

  test('is not asked at all when the signal was aborted before', async () => {
    await expect(cluster.createPod(pod, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(api.seen).toEqual([]);
  });
});

test('closing ends what is under way, and nothing is tried again', async () => {
  let arrived: () => void = () => undefined;
  const request = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  api.otherwise = () => arrived();
  const deleting = cluster.deletePod('ci', 'job-1', signal);
  deleting.catch(() => undefined);
  await request;
  await cluster.close();
  const closed = { code: 'CONNECTION_LOST', message: 'delete pods ci/job-1: the connection to the cluster was closed' };
  await expect(deleting).rejects.toMatchObject(closed);
  await expect(cluster.deletePod('ci', 'job-1', signal)).rejects.toMatchObject(closed);
  expect(api.seen).toHaveLength(1);
});

test('each try of a request is told', async () => {
  api.answers.push(status(503, 'ServiceUnavailable', ''), hangUp, json(pod, 201));
  await cluster.createPod(pod, signal);
  expect(told).toEqual([
    { verb: 'create', resource: 'pods', status: 503 },
    { verb: 'create', resource: 'pods' },
    { verb: 'create', resource: 'pods', status: 201 },
  ]);
});

test('the API may lie below a path', async () => {
  api.otherwise = json({ items: [] });
  const below = createCluster(await api.connection({ host: `${api.url}/k8s/clusters/c-1/` }), { timing: quick });
  await below.podWarnings('ci', 'job-1', signal);
  expect(api.seen[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/ci/events');
  await below.close();
});

test('names cannot leave their place in the path', async () => {
  await cluster.deletePod('../../x', 'a/b?c', signal);
  expect(api.seen[0]?.path).toBe('/api/v1/namespaces/..%2F..%2Fx/pods/a%2Fb%3Fc');
});
