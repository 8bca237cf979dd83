import type { ServerResponse } from 'node:http';
import type { PodListener, PodWarning } from '@podwright/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiServer, json, quick, status } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';

const { signal } = new AbortController();

let api: ApiServer;
let cluster: ConnectedCluster;
/** The watches of events that are open, the last one last. */
let open: ServerResponse[];
let refused: boolean;

beforeEach(async () => {
  open = [];
  refused = false;
  api = await ApiServer.start();
  api.otherwise = (response, request) => {
    const ofEvents = request.path.endsWith('/events');
    if (ofEvents && refused) return status(403, 'Forbidden', 'events is forbidden')(response, request);
    if (request.query.get('watch') !== 'true')
      return json({ items: [], metadata: { resourceVersion: '7' } })(response, request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (ofEvents) open.push(response);
  };
  cluster = createCluster(await api.connection(), { timing: quick });
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

test('tells which container of which Pod was started', async () => {
  const started: string[] = [];
  await listen('a', { onStarted: (container) => void started.push(`a ${container}`) });
  await listen('b', { onStarted: (container) => void started.push(`b ${container}`) });
  await expect.poll(() => open.length).toBe(1);
  send('a', 'spec.containers{build}');
  send('a', 'spec.initContainers{first}');
  send('other', 'spec.containers{build}');
  send('b', 'spec.containers{helper}');
  await expect.poll(() => started).toEqual(['a build', 'b helper']);
});

test('tells what a Pod is warned of, again when it is repeated', async () => {
  const warned: string[] = [];
  const started: string[] = [];
  const onWarning = ({ reason, message, count }: PodWarning): void => void warned.push(`${reason} ${message} ${count}`);
  await listen('a', { onWarning, onStarted: (container) => void started.push(container) });
  await listen('b', {});
  await expect.poll(() => open.length).toBe(1);
  const event = { type: 'Warning', reason: 'FailedMount', message: 'no volume', involvedObject: { name: 'a' } };
  tell('ADDED', event);
  tell('ADDED', { ...event, involvedObject: { name: 'b' } });
  tell('ADDED', { ...event, type: 'Normal' });
  tell('MODIFIED', { ...event, count: 2 });
  tell('DELETED', event);
  send('a', 'spec.containers{helper}');
  await expect.poll(() => started).toEqual(['helper']);
  expect(warned).toEqual(['FailedMount no volume 1', 'FailedMount no volume 2']);
});

test('watches only what starts from now on, and Pods only', async () => {
  await listen('a', {});
  await expect.poll(() => open.length).toBe(1);
  const watch = api.seen.find(({ path, query }) => path.endsWith('/events') && query.get('watch') === 'true');
  expect(Object.fromEntries(watch!.query)).toMatchObject({
    fieldSelector: expect.stringMatching(/^involvedObject\.kind=Pod,reason!=Scheduled,/),
    resourceVersion: '7',
  });
});

test.each([
  ['breaks', () => open[0]?.destroy()],
  ['ends', () => open[0]?.end()],
  ['sends what is no event', () => open[0]?.write('nonsense\n')],
])('is opened again when it %s', async (_, disturb) => {
  const started: string[] = [];
  await listen('a', { onStarted: (container) => void started.push(container) });
  await expect.poll(() => open.length).toBe(1);
  disturb();
  await expect.poll(() => open.length).toBe(2);
  send('a', 'spec.containers{helper}');
  await expect.poll(() => started).toEqual(['helper']);
});

test('is left alone where events may not be read, and the watch of Pods works', async () => {
  refused = true;
  await listen('a', {});
  expect(api.seen.filter(({ path }) => path.endsWith('/events'))).toHaveLength(1);
});

async function listen(name: string, listener: Partial<PodListener>): Promise<void> {
  const ignore = (): void => undefined;
  await cluster.watchPod('ci', name, { onChange: ignore, onError: ignore, ...listener }, signal);
}

function send(name: string, fieldPath: string): void {
  tell('ADDED', { reason: 'Started', involvedObject: { name, fieldPath } });
}

function tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', event: object): void {
  const object = { ...event, metadata: { resourceVersion: '8' } };
  open.at(-1)?.write(`${JSON.stringify({ type, object })}\n`);
}
