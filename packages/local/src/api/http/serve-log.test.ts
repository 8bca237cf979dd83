import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from '../../embedded-cluster.ts';
import type { LogOptions, Node } from '../../node.ts';
import { ClusterClient } from '../../test-kit/cluster-client.ts';
import { deferred } from '../../test-kit/deferred.ts';
import { trivialNode, type TrivialNode } from '../../trivial-node.ts';

let cluster: EmbeddedCluster<TrivialNode>;
let client: ClusterClient;
let logs: Node['logs'];

const path = 'namespaces/default/pods';
const spec = { containers: [{ name: 'c', image: 'i:1' }] };

beforeEach(async () => {
  logs = async function* () {
    yield Buffer.from('line\n');
  };
  cluster = await startEmbeddedCluster({ node: trivialNode({ logs: (...call) => logs(...call) }) });
  client = new ClusterClient(cluster);
  await client.create(path, { metadata: { name: 'p' }, spec });
});

afterEach(() => cluster.close());

test('a log is sent as text, with the options that were asked for', async () => {
  let asked: LogOptions | undefined;
  logs = async function* (_target, options) {
    asked = options;
    yield Buffer.from('one\n');
    yield Buffer.from('two\n');
  };
  const answer = await client.get(`${path}/p/log?container=c&tailLines=5&limitBytes=100&timestamps=true`);

  expect(answer).toMatchObject({ code: 200, body: { text: 'one\ntwo\n' } });
  expect(answer.headers.get('Content-Type')).toBe('text/plain');
  expect(asked).toEqual({ follow: false, previous: false, timestamps: true, tailLines: 5, limitBytes: 100 });
});

test('a log that is followed is answered before there is anything', async () => {
  const more = deferred();
  logs = async function* () {
    await more.promise;
    yield Buffer.from('late\n');
  };
  const response = await client.open('GET', `${path}/p/log?follow=true`);
  more.resolve();

  expect(await text(response.body!)).toBe('late\n');
});

test('the node learns that nobody reads any more', async () => {
  const stopped = deferred<string>();
  logs = async function* (_target, _options, signal) {
    yield Buffer.from('first\n');
    if (!signal.aborted) await once(signal, 'abort');
    stopped.resolve('stopped');
  };
  const abort = new AbortController();
  await client.open('GET', `${path}/p/log?follow=true`, undefined, {}, abort.signal);
  abort.abort();

  expect(await stopped.promise).toBe('stopped');
});

test('a node that fails at once is an internal error', async () => {
  // oxlint-disable-next-line require-yield -- it fails before it could yield
  logs = async function* () {
    throw new Error('the disk is full');
  };

  expect(await client.get(`${path}/p/log`)).toMatchObject({
    code: 500,
    body: { message: 'Internal error occurred: the disk is full' },
  });
});

test('a node that fails in between cuts the connection', async () => {
  logs = async function* () {
    yield Buffer.from('some\n');
    throw new Error('the disk is full');
  };
  const response = await client.open('GET', `${path}/p/log`);

  await expect(response.text()).rejects.toThrow('terminated');
});

test.each<[string, string, number, string]>([
  ['of an unknown Pod', 'no/log', 404, 'pods "no" not found'],
  ['of an unknown container', 'p/log?container=x', 400, 'container x is not valid for pod p'],
  [
    'of an earlier run that was none',
    'p/log?previous=true',
    400,
    'previous terminated container "c" in pod "p" not found',
  ],
  ['of a container that waits', 'broken/log', 400, 'container "c" in pod "broken" is waiting to start: ErrImagePull'],
  [
    'with a negative number of lines',
    'p/log?tailLines=-1',
    422,
    'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'with no bytes',
    'p/log?limitBytes=0',
    422,
    'PodLogOptions "p" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
  ],
  [
    'since some time',
    'p/log?sinceSeconds=5',
    400,
    'sinceSeconds is not served by this API; valid: tailLines, limitBytes',
  ],
])('a log %s is refused', async (_title, query, code, message) => {
  cluster.faults.failImagePulls(/broken/);
  await client.create(path, { metadata: { name: 'broken' }, spec: { containers: [{ name: 'c', image: 'broken' }] } });

  expect(await client.get(`${path}/${query}`)).toMatchObject({ code, body: { message } });
});
