import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiServer, hangUp, json, quick, status } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';

const { signal } = new AbortController();
const query = { namespace: 'ci', labels: { 'app.kubernetes.io/managed-by': 'podwright', 'podwright/manager': 's_1' } };
let api: ApiServer;
let cluster: ConnectedCluster;

beforeEach(async () => {
  api = await ApiServer.start();
  cluster = createCluster(await api.connection(), { timing: quick });
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

function pageOf(names: readonly string[], next?: string) {
  return json({ items: names.map((name) => ({ metadata: { name } })), metadata: { continue: next } });
}

describe('listing Pods', () => {
  test('reads page after page, of these labels only, and again what was lost', async () => {
    api.answers.push(pageOf(['a', 'b'], 'next'), hangUp, pageOf(['c']));
    const pods = await cluster.listPods(query, signal);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(['a', 'b', 'c']);
    expect(api.seen.map((seen) => seen.query.get('continue'))).toEqual([null, 'next', 'next']);
    for (const seen of api.seen) {
      expect(seen).toMatchObject({ method: 'GET', path: '/api/v1/namespaces/ci/pods' });
      expect(seen.query.get('labelSelector')).toBe('app.kubernetes.io/managed-by=podwright,podwright/manager=s_1');
    }
  });

  test('fails with what the API says', async () => {
    api.answers.push(status(403, 'Forbidden', 'pods is forbidden'));
    await expect(cluster.listPods(query, signal)).rejects.toMatchObject({ code: 'CLUSTER_API', status: 403 });
  });
});

describe('asking for a right', () => {
  const right = { namespace: 'ci', apiGroup: '', resource: 'pods/exec', verb: 'get' };

  test.each([
    [true, { allowed: true }],
    [false, { allowed: false, reason: 'no' }],
    [false, undefined],
  ])('%s for the status %j', async (allowed, given) => {
    api.answers.push(json({ status: given }, 201));
    expect(await cluster.isAllowed(right, signal)).toBe(allowed);
    const [seen] = api.seen;
    expect(seen).toMatchObject({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' });
    expect(JSON.parse(seen!.body)).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'ci', verb: 'get', group: '', resource: 'pods', subresource: 'exec' } },
    });
  });
});
