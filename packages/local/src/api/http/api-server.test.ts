import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from '../../embedded-cluster.ts';
import { ClusterClient } from '../../test-kit/cluster-client.ts';
import { trivialNode } from '../../trivial-node.ts';

let cluster: EmbeddedCluster;
let client: ClusterClient;

const spec = { containers: [{ name: 'c', image: 'i:1' }] };
const podsPath = 'namespaces/default/pods';
const mapsPath = 'namespaces/default/configmaps';

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ node: trivialNode() });
  client = new ClusterClient(cluster);
});

afterEach(() => cluster.close());

test.each([
  ['no token', {}],
  ['another token', { Authorization: 'Bearer other' }],
  ['another scheme', { Authorization: 'Basic dG9rZW4=' }],
])('%s is answered with 401', async (_title, headers) => {
  const response = await fetch(`${cluster.url}/api/v1/pods`, { headers });

  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized' });
});

test('a Pod is created, completed, run, read and deleted', async () => {
  const created = await client.create(podsPath, { metadata: { name: 'p', labels: { a: 'b' } }, spec });
  expect(created).toMatchObject({
    code: 201,
    body: { kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { restartPolicy: 'Always' } },
  });
  const read = await client.get(`${podsPath}/p`);
  expect(read).toMatchObject({ code: 200, body: { spec: { nodeName: 'trivial' }, status: { phase: 'Running' } } });
  expect(await client.get('pods?labelSelector=a%3Db')).toMatchObject({
    code: 200,
    body: { kind: 'PodList', items: [{ metadata: { name: 'p' } }] },
  });

  const deleted = await client.send('DELETE', `${podsPath}/p`);
  expect(deleted).toMatchObject({ code: 200, body: { kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } } });
  expect(await client.get(`${podsPath}/p`)).toMatchObject({ code: 404, body: { reason: 'NotFound' } });
});

test('a generated name is the prefix and five characters', async () => {
  const { body } = await client.create(podsPath, { metadata: { generateName: 'p-' }, spec });

  expect(body['metadata']).toMatchObject({ generateName: 'p-', name: expect.stringMatching(/^p-[a-z0-9]{5}$/) });
});

test.each<[string, string, string, unknown, number, string]>([
  ['a name that is taken', 'POST', mapsPath, { metadata: { name: 'taken' } }, 409, 'configmaps "taken" already exists'],
  [
    'an unknown namespace',
    'POST',
    'namespaces/no/pods',
    { metadata: { name: 'p' }, spec },
    404,
    'namespaces "no" not found',
  ],
  ['an unknown object', 'GET', `${podsPath}/no`, undefined, 404, 'pods "no" not found'],
  ['an unknown resource', 'GET', 'foos', undefined, 404, 'the server could not find the requested resource'],
  [
    'a method that makes no sense',
    'PUT',
    podsPath,
    {},
    405,
    'the server does not allow this method on the requested resource',
  ],
  ['a body that is not JSON', 'POST', podsPath, '{"a":', 400, 'the body of the request is not JSON'],
  ['a body that is a list', 'POST', podsPath, [], 400, 'the object provided is unrecognized (must be of type Pod)'],
  ['no body', 'POST', podsPath, undefined, 400, 'the object provided is unrecognized (must be of type Pod)'],
  [
    'too large a body',
    'POST',
    mapsPath,
    { data: { a: 'x'.repeat(3 * 1024 * 1024) } },
    413,
    'Request entity too large: limit is 3145728',
  ],
  ['a limit that is no number', 'GET', `${podsPath}?limit=x`, undefined, 400, 'limit: "x" is not a whole number'],
  [
    'a version of the future',
    'GET',
    `${podsPath}?resourceVersion=999999`,
    undefined,
    504,
    'Timeout: Too large resource version: 999999, current: ',
  ],
  [
    'a continue token of others',
    'GET',
    `${podsPath}?continue=xx`,
    undefined,
    400,
    'invalid continue token: it is not one that this API gave out',
  ],
  ['an exec that is no upgrade', 'GET', `${podsPath}/p/exec?command=x`, undefined, 400, 'Upgrade request required'],
])('%s is answered with a Status', async (_title, method, path, body, code, message) => {
  await client.create(mapsPath, { metadata: { name: 'taken' } });
  const answer = await client.send(method, path, body);

  expect(answer).toMatchObject({ code, body: { kind: 'Status', status: 'Failure', code } });
  expect(answer.body['message']).toContain(message);
});

test('an invalid object is answered with all causes', async () => {
  const answer = await client.create(podsPath, { metadata: { name: 'A' }, spec: { containers: [{}] } });

  expect(answer.body).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message: expect.stringMatching(/^Pod "A" is invalid: \[metadata\.name: Invalid value: "A": .*/),
    details: {
      kind: 'Pod',
      name: 'A',
      causes: [
        { reason: 'FieldValueInvalid', field: 'metadata.name' },
        { reason: 'FieldValueRequired', field: 'spec.containers[0].name', message: 'Required value' },
        { reason: 'FieldValueRequired', field: 'spec.containers[0].image', message: 'Required value' },
      ],
    },
  });
});

test('fields that do not exist are dropped, told as a warning, or refused: as the request says', async () => {
  const map = { metadata: { name: 'm' }, dataa: {} };
  const refused = await client.create(`${mapsPath}?fieldValidation=Strict`, map);
  const warned = await client.create(`${mapsPath}?fieldValidation=Warn`, map);
  const dropped = await client.create(mapsPath, { ...map, metadata: { name: 'n' } });

  expect(refused).toMatchObject({ code: 400, body: { message: expect.stringContaining('unknown field "dataa"') } });
  expect(warned.headers.get('Warning')).toBe(String.raw`299 - "unknown field \"dataa\""`);
  expect(dropped.headers.get('Warning')).toBeNull();
  expect(dropped.body).not.toHaveProperty('dataa');
});

test('a dry run answers as the real one and changes nothing', async () => {
  const created = await client.create(`${mapsPath}?dryRun=All`, { metadata: { name: 'm' } });

  expect(created).toMatchObject({ code: 201, body: { metadata: { name: 'm' } } });
  expect((await client.get(`${mapsPath}/m`)).code).toBe(404);
});

test('an object is replaced only from its latest version', async () => {
  const { body: first } = await client.create(mapsPath, { metadata: { name: 'm' }, data: { a: '1' } });
  const replaced = await client.send('PUT', `${mapsPath}/m`, { ...first, data: { a: '2' } });
  const stale = await client.send('PUT', `${mapsPath}/m`, { ...first, data: { a: '3' } });

  expect(replaced).toMatchObject({ code: 200, body: { data: { a: '2' } } });
  expect(stale).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
});

test.each([
  ['merge-patch', { metadata: { labels: { a: '1', b: null } } }],
  ['strategic-merge-patch', { metadata: { labels: { a: '1', b: null } } }],
  ['json-patch', [{ op: 'replace', path: '/metadata/labels', value: { a: '1' } }]],
] as const)('a %s changes labels', async (kind, patch) => {
  await client.create(podsPath, { metadata: { name: 'p', labels: { b: '2' } }, spec });
  const patched = await client.patch(`${podsPath}/p`, kind, patch);

  expect(patched).toMatchObject({ code: 200 });
  expect((patched.body['metadata'] as { labels: object }).labels).toEqual({ a: '1' });
});

test('the spec of a Pod is fixed, but for images, deadline and more tolerations', async () => {
  await client.create(podsPath, { metadata: { name: 'p' }, spec });
  const path = `${podsPath}/p`;
  const fixed = await client.patch(path, 'merge-patch', { spec: { restartPolicy: 'Never' } });
  const image = await client.patch(path, 'strategic-merge-patch', {
    spec: { containers: [{ name: 'c', image: 'j:2' }] },
  });
  const deadline = await client.patch(path, 'merge-patch', { spec: { activeDeadlineSeconds: 5 } });

  expect(fixed).toMatchObject({
    code: 422,
    body: { details: { causes: [{ field: 'spec', reason: 'FieldValueForbidden' }] } },
  });
  expect([image.code, deadline.code]).toEqual([200, 200]);
});

test('the status is changed under its own path only', async () => {
  await client.create(podsPath, { metadata: { name: 'p' }, spec });
  const change = { status: { message: 'hello' } };
  const ignored = await client.patch(`${podsPath}/p`, 'merge-patch', change);
  const changed = await client.patch(`${podsPath}/p/status`, 'merge-patch', change);

  expect(ignored.body['status']).not.toHaveProperty('message');
  expect(changed.body['status']).toMatchObject({ message: 'hello', phase: 'Running' });
});

test('a Secret’s stringData becomes data', async () => {
  const { body } = await client.create('namespaces/default/secrets', {
    metadata: { name: 's' },
    data: { a: 'eA==' },
    stringData: { b: 'ü' },
  });

  expect(body).toMatchObject({ type: 'Opaque', data: { a: 'eA==', b: 'w7w=' } });
  expect(body).not.toHaveProperty('stringData');
});

test('a list can be read in pages, and the rest told by a watch', async () => {
  for (const name of ['a', 'b', 'c']) await client.create(mapsPath, { metadata: { name } });
  const first = await client.get(`${mapsPath}?limit=2`);
  const { continue: token, remainingItemCount } = first.body['metadata'] as Record<string, string>;
  await client.create(mapsPath, { metadata: { name: 'd' } });
  const second = await client.get(`${mapsPath}?limit=2&continue=${token}`);

  expect(names(first.body)).toEqual(['a', 'b']);
  expect(remainingItemCount).toBe(1);
  expect(names(second.body)).toEqual(['c', 'd']);
  expect(second.body['metadata']).toEqual({
    resourceVersion: (first.body['metadata'] as Record<string, string>)['resourceVersion'],
  });

  cluster.faults.forgetHistory();
  expect(await client.get(`${mapsPath}?limit=2&continue=${token}`)).toMatchObject({
    code: 410,
    body: { reason: 'Expired' },
  });
});

test('a collection is deleted as far as it matches', async () => {
  await client.create(mapsPath, { metadata: { name: 'a', labels: { x: '1' } } });
  await client.create(mapsPath, { metadata: { name: 'b' } });
  const deleted = await client.send('DELETE', `${mapsPath}?labelSelector=x%3D1`);

  expect(names(deleted.body)).toEqual(['a']);
  expect(names((await client.get(mapsPath)).body)).toEqual(['b']);
});

test('deleting a Pod deletes the Secrets that it owns', async () => {
  const { body } = await client.create(podsPath, { metadata: { name: 'p' }, spec });
  const { uid } = body['metadata'] as { uid: string };
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid }];
  await client.create('namespaces/default/secrets', { metadata: { name: 's', ownerReferences } });
  await client.send('DELETE', `${podsPath}/p`);

  expect((await client.get('namespaces/default/secrets/s')).code).toBe(404);
});

test('a new namespace has a service account, and takes everything with it', async () => {
  await client.create('namespaces', { metadata: { name: 'n' } });
  expect((await client.get('namespaces/n/serviceaccounts/default')).code).toBe(200);
  expect((await client.create('namespaces/n/pods', { metadata: { name: 'p' }, spec })).code).toBe(201);
  const deleted = await client.send('DELETE', 'namespaces/n');

  expect(deleted.body['status']).toEqual({ phase: 'Terminating' });
  expect((await client.get('namespaces/n')).code).toBe(404);
  expect(names((await client.get('pods')).body)).toEqual([]);
});

test('requests are counted by verb and resource', async () => {
  await client.create(podsPath, { metadata: { name: 'p' }, spec });
  await client.get(`${podsPath}/p`);
  await client.get(`${podsPath}/p/log`);
  await client.get('/version');

  expect(cluster.requests.all()).toEqual({ 'create pods': 1, 'get ': 1, 'get pods': 1, 'get pods/log': 1 });
  expect([cluster.requests.count('get', 'pods'), cluster.requests.total]).toEqual([1, 4]);
  cluster.requests.reset();
  expect(cluster.requests.total).toBe(0);
});

test('a request can be answered with any code', async () => {
  cluster.faults.answer({ code: 429, retryAfter: 7 }, { match: { verb: 'get', resource: 'pods' } });
  await client.create(podsPath, { metadata: { name: 'p' }, spec });
  const hit = await client.get(`${podsPath}/p`);

  expect(hit).toMatchObject({ code: 429, body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } } });
  expect(hit.headers.get('Retry-After')).toBe('7');
  expect((await client.get(`${podsPath}/p`)).code).toBe(200);
});

test('a request whose answer is lost was carried out', async () => {
  cluster.faults.loseAnswer({ match: { verb: 'create' } });

  await expect(client.create(podsPath, { metadata: { name: 'p' }, spec })).rejects.toThrow('fetch failed');
  expect((await client.get(`${podsPath}/p`)).code).toBe(200);
});

test('a refusal can be lost, too', async () => {
  cluster.faults.loseAnswer();

  await expect(client.get(`${podsPath}/none`)).rejects.toThrow('fetch failed');
});

test('after all connections are dropped, new ones work', async () => {
  await client.get('/version');

  expect(cluster.faults.dropConnections()).toBeGreaterThan(0);
  expect((await client.get('/version')).code).toBe(200);
});

function names(list: Record<string, unknown>): string[] {
  return (list['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

test('a review of access says what is forbidden, and that is refused', async () => {
  cluster.faults.forbid({ verb: 'get', resource: 'pods/exec', namespace: 'default' });
  cluster.faults.forbid({ verb: 'list', resource: 'events' });
  const review = (resourceAttributes: object) =>
    client.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes } });
  const exec = { verb: 'get', resource: 'pods', subresource: 'exec', namespace: 'default' };

  expect(await review(exec)).toMatchObject({ code: 201, body: { status: { allowed: false } } });
  expect(await review({ ...exec, verb: 'create' })).toMatchObject({ body: { status: { allowed: true } } });
  expect(await review({ ...exec, namespace: 'other' })).toMatchObject({ body: { status: { allowed: true } } });
  expect(await client.get('namespaces/default/events')).toMatchObject({
    code: 403,
    body: { message: expect.stringContaining('cannot list resource "events"') },
  });
  expect(await client.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {})).toMatchObject({
    code: 400,
  });
  expect(await client.get('/apis')).toMatchObject({ body: { groups: [{ name: 'authorization.k8s.io' }] } });
});
