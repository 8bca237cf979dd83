import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pod, PodWatch } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiServer, hangUp, json, quick, silence, status, type Answer, type Seen } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';
import type { ClusterTiming } from './timing.ts';

const { signal } = new AbortController();

let api: ApiServer;
let cluster: ConnectedCluster;
/** What lists answer. */
let pods: Pod[];
let listVersion: string;
/** Answers to the next lists and watches, in place of the ordinary ones. */
let nextLists: Answer[];
let nextWatches: Answer[];
/** The watches that are open, the last one last. */
let open: ServerResponse[];

beforeEach(async () => {
  pods = [];
  listVersion = '100';
  nextLists = [];
  nextWatches = [];
  open = [];
  api = await ApiServer.start();
  api.otherwise = (response, request) => {
    if (request.path.endsWith('/events')) return status(403, 'Forbidden', 'no events here')(response, request);
    if (request.query.get('watch') === 'true') return (nextWatches.shift() ?? startWatch)(response, request);
    if (request.path.endsWith('/pods')) return (nextLists.shift() ?? list)(response, request);
    const found = pods.find(({ metadata }) => request.path.endsWith(`/pods/${metadata?.name}`));
    return (found === undefined ? status(404, 'NotFound', 'no such Pod') : json(found))(response, request);
  };
  await connect();
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

async function connect(timing: Partial<ClusterTiming> = {}): Promise<void> {
  await cluster?.close();
  cluster = createCluster(await api.connection(), { timing: { ...quick, ...timing } });
}

/** Requests so far, but for the hints of `EventWatch`. */
function podRequests(): Seen[] {
  return api.seen.filter(({ path }) => !path.endsWith('/events'));
}

const list: Answer = (response, request) =>
  json({ items: pods, metadata: { resourceVersion: listVersion } })(response, request);

const startWatch: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  open.push(response);
  response.on('close', () => {
    open = open.filter((one) => one !== response);
  });
};

function pod(name: string, version: number, phase: string, uid = 'u1'): Pod {
  return { metadata: { name, uid, resourceVersion: String(version) }, status: { phase } };
}

function send(type: string, object: object): void {
  open.at(-1)?.write(`${JSON.stringify({ type, object })}\n`);
}

/** Listens to a Pod, and gathers what it is told. */
async function listen(name = 'a', namespace = 'ci') {
  const told: string[] = [];
  let wake: () => void = () => undefined;
  const tell = (what: string): void => {
    told.push(what);
    wake();
  };
  const watch = await cluster.watchPod(
    namespace,
    name,
    {
      onChange: (state) => tell(state === undefined ? 'gone' : (state.status?.phase ?? '')),
      onError: (error) => tell(`error: ${error.message}`),
    },
    signal,
  );
  /** All it was told, once that is so many things. */
  const until = async (length: number): Promise<string[]> => {
    while (told.length < length) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return told;
  };
  return { told, watch, until };
}

/** Waits until the server has seen so many requests of a kind. */
async function seen(least: number, kind: 'list' | 'watch' | 'get'): Promise<Seen[]> {
  for (;;) {
    const found = podRequests().filter((request) => kindOf(request) === kind);
    if (found.length >= least) return found;
    await delay(1);
  }
}

function kindOf({ query, path }: Seen): 'list' | 'watch' | 'get' {
  if (query.get('watch') === 'true') return 'watch';
  return path.endsWith('/pods') ? 'list' : 'get';
}

function count(kind: 'list' | 'watch' | 'get'): number {
  return podRequests().filter((request) => kindOf(request) === kind).length;
}

describe('one watch', () => {
  test('tells each state of the Pod until it is gone', async () => {
    const { until } = await listen();
    send('ADDED', pod('a', 101, 'Pending'));
    send('ADDED', pod('b', 102, 'Pending'));
    send('MODIFIED', pod('a', 103, 'Running'));
    send('DELETED', pod('a', 104, 'Running'));
    expect(await until(3)).toEqual(['Pending', 'Running', 'gone']);
  });

  test('lists first, and watches from there, with the label, bookmarks and a limit of time', async () => {
    await listen();
    const [first, second] = podRequests();
    expect(first?.path).toBe('/api/v1/namespaces/ci/pods');
    expect(Object.fromEntries(first!.query)).toEqual({
      labelSelector: 'app.kubernetes.io/managed-by=podwright',
      limit: '500',
    });
    expect(Object.fromEntries(second!.query)).toEqual({
      labelSelector: 'app.kubernetes.io/managed-by=podwright',
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '100',
      timeoutSeconds: expect.stringMatching(/^(2[4-9]\d|300)$/) as string,
    });
  });

  test('lists page by page', async () => {
    nextLists.push(
      json({ items: [pod('a', 1, 'Pending')], metadata: { resourceVersion: '100', continue: 'more' } }),
      json({ items: [pod('b', 2, 'Running')], metadata: { resourceVersion: '100' } }),
    );
    const { told } = await listen('b');
    expect(told).toEqual(['Running']);
    expect(podRequests()[1]?.query.get('continue')).toBe('more');
  });

  test('serves all Pods of the namespace', async () => {
    const first = await listen('a');
    const second = await listen('b');
    send('ADDED', pod('a', 101, 'Pending'));
    send('ADDED', pod('b', 102, 'Running'));
    expect(await first.until(1)).toEqual(['Pending']);
    expect(await second.until(1)).toEqual(['Running']);
    expect([count('list'), count('watch')]).toEqual([1, 1]);
  });

  test('is one for each namespace', async () => {
    await listen('a', 'ci');
    await listen('a', 'other');
    expect(podRequests().map(({ path }) => path)).toContain('/api/v1/namespaces/other/pods');
    expect(count('watch')).toBe(2);
  });

  test('understands events however they are cut', async () => {
    const { until } = await listen();
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('a', 101, 'Pänding') })}\n`);
    for (const byte of line) {
      open.at(-1)?.write(Buffer.from([byte]));
      await delay(0);
    }
    expect(await until(1)).toEqual(['Pänding']);
  });
});

describe('who comes later', () => {
  test('is told the state that the watch knows', async () => {
    const first = await listen('a');
    send('ADDED', pod('a', 101, 'Running'));
    expect(await first.until(1)).toEqual(['Running']);
    const second = await listen('a');
    expect(second.told).toEqual(['Running']);
    expect(count('get')).toBe(0);
  });

  test('is told the state of a Pod that nobody listened to, which costs one request', async () => {
    pods = [pod('b', 1, 'Running')];
    await listen('a');
    const second = await listen('b');
    expect(second.told).toEqual(['Running']);
    expect(count('get')).toBe(1);
  });

  test('is told nothing of a Pod that there is not', async () => {
    await listen('a');
    expect((await listen('b')).told).toEqual([]);
    expect(count('get')).toBe(0);
  });

  test('learns from the watch that the Pod went while it was asked for', async () => {
    pods = [pod('b', 1, 'Running')];
    await listen('a');
    pods = [];
    const second = await listen('b');
    send('DELETED', pod('b', 101, 'Running'));
    expect(await second.until(1)).toEqual(['gone']);
  });
});

describe('a watch that breaks', () => {
  test.each<[string, () => void]>([
    ['ends as announced', () => open.at(-1)?.end()],
    ['is cut', () => api.drop()],
    ['is cut in the middle of an event', () => open.at(-1)?.write('{"type":"MODIF', () => api.drop())],
  ])('goes on at the last version when it %s', async (_, breakIt) => {
    const { until } = await listen();
    send('ADDED', pod('a', 101, 'Pending'));
    expect(await until(1)).toEqual(['Pending']);
    breakIt();
    const watches = await seen(2, 'watch');
    expect(watches[1]?.query.get('resourceVersion')).toBe('101');
    send('MODIFIED', pod('a', 105, 'Running'));
    expect(await until(2)).toEqual(['Pending', 'Running']);
    expect(count('list')).toBe(1);
  });

  test('goes on at the version of a bookmark', async () => {
    await listen();
    send('BOOKMARK', { metadata: { resourceVersion: '500' } });
    open.at(-1)?.end();
    expect((await seen(2, 'watch'))[1]?.query.get('resourceVersion')).toBe('500');
  });

  test.each<[string, Answer]>([
    ['no answer', hangUp],
    ['500', status(500, 'InternalError', 'trouble')],
    ['429', status(429, 'TooManyRequests', 'slow down', undefined, { 'retry-after': '0' })],
  ])('tries again after %s', async (_, answer) => {
    nextWatches.push(answer, answer);
    const { until } = await listen();
    send('ADDED', pod('a', 101, 'Pending'));
    expect(await until(1)).toEqual(['Pending']);
    expect([count('list'), count('watch')]).toEqual([1, 3]);
  });

  test.each<[string, Answer]>([
    ['no answer', hangUp],
    [
      'half an answer',
      (response) => response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
    ],
    ['garbage', (response) => response.end('<html>')],
    ['503', status(503, 'ServiceUnavailable', 'starting')],
  ])('lists again after %s', async (_, answer) => {
    nextLists.push(answer);
    await listen();
    expect(count('list')).toBe(2);
  });

  test('opens again a watch that went silent', async () => {
    await connect({ watch: 1, watchMargin: -900 });
    await listen();
    expect((await seen(2, 'watch'))[1]?.query.get('resourceVersion')).toBe('100');
  });
});

describe('a version that is gone', () => {
  const gone = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };

  test.each<[string, () => void]>([
    ['said in the stream', () => send('ERROR', gone)],
    [
      'said by the status',
      () => {
        nextWatches.push(status(410, 'Expired', 'too old resource version'));
        open.at(-1)?.end();
      },
    ],
    ['after an event that is none', () => open.at(-1)?.write('{"type":"ADDED"}\n')],
    ['after another error in the stream', () => send('ERROR', { ...gone, code: 504 })],
  ])('%s: everything is listed anew, and what vanished is told', async (_, expire) => {
    const first = await listen('a');
    const second = await listen('b');
    send('ADDED', pod('a', 101, 'Running'));
    send('ADDED', pod('b', 102, 'Pending'));
    expect(await second.until(1)).toEqual(['Pending']);
    listVersion = '200';
    pods = [pod('b', 150, 'Running')];
    expire();
    expect(await first.until(2)).toEqual(['Running', 'gone']);
    expect(await second.until(2)).toEqual(['Pending', 'Running']);
    while (open.length === 0) await delay(1);
    expect(count('list')).toBe(2);
    expect(podRequests().at(-1)?.query.get('resourceVersion')).toBe('200');
  });

  test('a Pod that we created and that vanished unseen is told', async () => {
    const { until } = await listen('a');
    api.answers.push(json(pod('a', 103, 'Pending'), 201));
    await cluster.createPod({ metadata: { name: 'a', namespace: 'ci' } }, signal);
    listVersion = '200';
    send('ERROR', gone);
    expect(await until(1)).toEqual(['gone']);
  });
});

describe('a watch that is refused', () => {
  const forbidden = status(403, 'Forbidden', 'pods is forbidden: User "x" cannot watch resource "pods"');

  test.each<[string, () => void, RegExp]>([
    [
      'list',
      () => nextLists.push(forbidden, forbidden, forbidden),
      /^list pods in namespace ci: pods is forbidden.* podwright needs the verbs list and watch on pods in namespace ci, and list is missing$/,
    ],
    ['watch', () => nextWatches.push(forbidden, forbidden, forbidden), /and watch is missing$/],
  ])('is given up, naming the verb %s', async (_, refuse, message) => {
    refuse();
    await expect(listen()).rejects.toMatchObject({
      code: 'CLUSTER_API',
      status: 403,
      message: expect.stringMatching(message) as string,
    });
  });

  test('once or twice is nothing: tokens are renewed', async () => {
    nextLists.push(status(401, 'Unauthorized', 'Unauthorized'));
    nextWatches.push(forbidden);
    await expect(listen()).resolves.toBeDefined();
  });

  test('later, all who listen are told once', async () => {
    const first = await listen('a');
    const second = await listen('b');
    nextWatches.push(forbidden, forbidden, forbidden);
    open.at(-1)?.end();
    const error = expect.stringContaining('watch is missing') as string;
    expect(await first.until(1)).toEqual([error]);
    expect(await second.until(1)).toEqual([error]);
  });

  test('can be tried anew by the next job', async () => {
    nextLists.push(forbidden, forbidden, forbidden);
    await expect(listen()).rejects.toThrow('list is missing');
    await expect(listen()).resolves.toBeDefined();
  });

  test('is a lost connection when there is none in time, and says why', async () => {
    nextLists.push(...Array.from({ length: 1000 }, () => hangUp));
    await connect({ establish: 50 });
    await expect(listen()).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(/^watch pods in namespace ci: no watch in time: list pods/) as string,
    });
  });
});

describe('the end', () => {
  test('nobody who left is told anything', async () => {
    const first = await listen('a');
    const second = await listen('a');
    first.watch.close();
    first.watch.close();
    send('ADDED', pod('a', 101, 'Running'));
    expect(await second.until(1)).toEqual(['Running']);
    expect(first.told).toEqual([]);
  });

  test('the watch is closed some time after the last one left', async () => {
    const { watch } = await listen();
    const [response] = open;
    const closed = once(response!, 'close');
    watch.close();
    await closed;
    await listen();
    expect([count('list'), count('watch')]).toEqual([2, 2]);
  });

  test('the next job takes the watch that is still there', async () => {
    await connect({ linger: 60_000 });
    (await listen('a')).watch.close();
    await listen('b');
    expect(count('watch')).toBe(1);
  });

  test('a listener that fails is the only one to suffer', async () => {
    const second = await listen('a');
    const errors: string[] = [];
    await cluster.watchPod(
      'ci',
      'a',
      {
        onChange: () => {
          throw new Error('a bug');
        },
        onError: (error) => errors.push(error.message),
      },
      signal,
    );
    send('ADDED', pod('a', 101, 'Pending'));
    send('MODIFIED', pod('a', 102, 'Running'));
    expect(await second.until(2)).toEqual(['Pending', 'Running']);
    expect(errors).toEqual(['a bug']);
  });

  test('a caller that is cancelled does not wait for the watch', async () => {
    nextLists.push(silence);
    const stop = new AbortController();
    const watching: Promise<PodWatch> = cluster.watchPod(
      'ci',
      'a',
      { onChange: () => undefined, onError: () => undefined },
      stop.signal,
    );
    await seen(1, 'list');
    stop.abort(new Error('cancelled'));
    await expect(watching).rejects.toThrow('cancelled');
  });

  test('closing the cluster ends the wait for a watch, and the watches', async () => {
    const { told } = await listen('a');
    nextLists.push(silence);
    const waiting = listen('a', 'other');
    waiting.catch(() => undefined);
    await seen(2, 'list');
    await cluster.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(told).toEqual([]);
  });
});
