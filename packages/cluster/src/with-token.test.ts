import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Pod } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiServer, json, quick, status, type Answer } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';
import type { ClusterTiming } from './timing.ts';

const { signal } = new AbortController();
const pod: Pod = { metadata: { name: 'job-1', namespace: 'ci' } };
const secret = { metadata: { name: 'job-1-scripts', namespace: 'ci' } };
const service = { metadata: { name: 'job-1-web', namespace: 'ci' }, spec: { ports: [{ port: 80 }] } };

let api: ApiServer;
let cluster: ConnectedCluster;
/** `authorization` of the watches of Pods that are open. */
let watching: string[];
const execs: (string | undefined)[] = [];

const answer: Answer = (response, request) => {
  const isHint = request.query.get('fieldSelector')?.includes('reason!=') === true;
  if (isHint) return status(403, 'Forbidden', 'no events here')(response, request);
  if (request.query.get('watch') !== 'true')
    return json({ items: [], metadata: { resourceVersion: '1' } })(response, request);
  const who = request.headers.authorization ?? 'nobody';
  watching.push(who);
  response.writeHead(200).flushHeaders();
  response.on('close', () => watching.splice(watching.indexOf(who), 1));
  return undefined;
};

beforeEach(async () => {
  watching = [];
  execs.length = 0;
  api = await ApiServer.start();
  api.otherwise = answer;
  api.onExec = (socket, request) => {
    execs.push(request.headers.authorization);
    socket.send(Buffer.concat([Buffer.from([3]), Buffer.from('{"status":"Success"}')]), () => socket.close());
  };
  await connect();
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

async function connect(timing: Partial<ClusterTiming> = {}): Promise<void> {
  await cluster?.close();
  const connection = await api.connection();
  cluster = createCluster(connection.withToken('of-the-runner'), { timing: { ...quick, linger: 10_000, ...timing } });
}

async function watch(from: Cluster, namespace = 'ci', name = 'job-1') {
  return from.watchPod(namespace, name, { onChange: () => undefined, onError: () => undefined }, signal);
}

describe('a cluster with another token', () => {
  test('sends it with everything that is asked, and the runner keeps its own', async () => {
    const other = cluster.withToken('of-the-job');
    await other.createPod(pod, signal);
    await other.createSecret(secret, signal);
    await other.createService(service, signal);
    await other.podWarnings('ci', 'job-1', signal);
    await other.deletePod('ci', 'job-1', signal);
    const stop = await watch(other);
    expect(api.seen.length).toBeGreaterThan(6);
    expect(new Set(api.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer of-the-job']));

    const code = await other.exec({ namespace: 'ci', pod: 'job-1', container: 'build' }, ['true'], { signal });
    expect({ code, execs }).toEqual({ code: 0, execs: ['Bearer of-the-job'] });
    stop.close();

    await cluster.podWarnings('ci', 'job-1', signal);
    expect(api.seen.at(-1)?.headers.authorization).toBe('Bearer of-the-runner');
  });

  test('can be asked for a third one', async () => {
    await cluster.withToken('a').withToken('b').podWarnings('ci', 'job-1', signal);
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer b']);
  });

  test('shares its watches with those of the same token and namespace, and with no others', async () => {
    const [one, two] = [cluster.withToken('a'), cluster.withToken('a')];
    const watches = await Promise.all([
      watch(one),
      watch(two),
      watch(two, 'ci', 'job-2'),
      watch(cluster),
      watch(cluster, 'ci', 'job-2'),
      watch(cluster.withToken('b')),
      watch(one, 'elsewhere'),
    ]);
    expect(watching.toSorted()).toEqual(['Bearer a', 'Bearer a', 'Bearer b', 'Bearer of-the-runner']);
    for (const each of watches) each.close();
  });

  test('ends its watches and forgets its token some time after its last use, and works again when it is used again', async () => {
    await connect({ linger: 10 });
    const other = cluster.withToken('a');
    const [first, second] = [await watch(other), await watch(other)];
    first.close();
    first.close();
    await delay(40);
    expect(watching).toEqual(['Bearer a']);
    second.close();
    await expect.poll(() => watching).toEqual([]);
    const again = await watch(other);
    expect(watching).toEqual(['Bearer a']);
    again.close();
  });

  test('says so when the token is refused, without telling it', async () => {
    api.otherwise = status(401, 'Unauthorized', 'Unauthorized');
    const error = await cluster
      .withToken('s3cret')
      .createPod(pod, signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CLUSTER_API', status: 401 });
    expect(String(error)).not.toContain('s3cret');
  });

  test('does not tell a token that cannot be sent', async () => {
    await connect({ repeat: 0 });
    const other = cluster.withToken('s3cret\nx');
    const asked = await other.podWarnings('ci', 'job-1', signal).catch((thrown: unknown) => thrown);
    const target = { namespace: 'ci', pod: 'job-1', container: 'build' };
    const executed = await other.exec(target, ['true'], { signal }).catch((thrown: unknown) => thrown);
    for (const error of [asked, executed]) {
      expect(error).toBeInstanceOf(Error);
      expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('s3cret');
    }
  });
});

test('closing ends the watches of all tokens, and nothing is asked afterwards', async () => {
  const other = cluster.withToken('a');
  await Promise.all([watch(cluster), watch(other)]);
  await cluster.close();
  await expect.poll(() => watching).toEqual([]);
  const closed = { code: 'CONNECTION_LOST', message: 'the connection to the cluster was closed' };
  await expect(other.podWarnings('ci', 'job-1', signal)).rejects.toMatchObject(closed);
  await expect(watch(cluster.withToken('b'))).rejects.toMatchObject(closed);
});
