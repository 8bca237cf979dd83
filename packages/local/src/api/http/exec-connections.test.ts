import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedCluster, type EmbeddedCluster } from '../../embedded-cluster.ts';
import type { ProcessStreams } from '../../node.ts';
import { ClusterClient } from '../../test-kit/cluster-client.ts';
import { deferred } from '../../test-kit/deferred.ts';
import { readExec, refusedExec } from '../../test-kit/exec-client.ts';
import { trivialNode, type TrivialNode } from '../../trivial-node.ts';

const megabyte = 1024 * 1024;

let cluster: EmbeddedCluster<TrivialNode>;
let client: ClusterClient;
/** What the test's program does. */
let program: (streams: ProcessStreams, signal: AbortSignal, command: readonly string[]) => Promise<number>;

beforeEach(async () => {
  program = async () => 0;
  cluster = await startEmbeddedCluster({
    node: trivialNode({
      exec: (_target, command, streams, signal) => program(streams, signal, command),
      attach: (_target, streams, signal) => program(streams, signal, ['attached']),
    }),
  });
  client = new ClusterClient(cluster);
  const containers = [{ name: 'c', image: 'i:1' }];
  await client.create('namespaces/default/pods', { metadata: { name: 'p' }, spec: { containers } });
});

afterEach(() => cluster.close());

const execPath = (query: string, pod = 'p') => `namespaces/default/pods/${pod}/exec?${query}`;
const all = 'command=run&command=it&stdin=true&stdout=true&stderr=true';

test.each([['v5.channel.k8s.io'], ['v4.channel.k8s.io']])(
  'over %s, output and a Status come in channels',
  async (name) => {
    program = async ({ stdout, stderr }, _signal, command) => {
      stdout?.write(command.join(' '));
      stderr?.write('oh');
      return 0;
    };

    expect(await readExec(client.webSocket(execPath(all), name))).toEqual({
      protocol: name,
      stdout: 'run it',
      stderr: 'oh',
      status: '{"metadata":{},"status":"Success"}',
      closeCode: 1000,
    });
  },
);

test('an exit code other than 0 is the cause of a failure', async () => {
  program = async () => 3;
  const { status } = await readExec(client.webSocket(execPath(all)));

  expect(JSON.parse(status)).toEqual({
    metadata: {},
    status: 'Failure',
    message: 'command terminated with non-zero exit code: error executing command [run it], exit code 3',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
});

test('a program that cannot be run is an internal error', async () => {
  program = async () => {
    throw new Error('exec: "run": executable file not found in $PATH');
  };
  const { status } = await readExec(client.webSocket(execPath(all)));

  expect(JSON.parse(status)).toMatchObject({
    status: 'Failure',
    code: 500,
    reason: 'InternalError',
    message: 'Internal error occurred: exec: "run": executable file not found in $PATH',
  });
});

test.each([['channel.k8s.io'], [[]]])(
  'over the oldest protocol (%s), a failure is text and success is nothing',
  async (name) => {
    program = async () => 3;
    const failed = await readExec(client.webSocket(execPath(all), name));
    program = async () => 0;
    const succeeded = await readExec(client.webSocket(execPath(all), name));

    expect(failed.status).toBe(
      'command terminated with non-zero exit code: error executing command [run it], exit code 3',
    );
    expect(succeeded.status).toBe('');
  },
);

test('the best of several protocols is taken', async () => {
  const offered = ['channel.k8s.io', 'v4.channel.k8s.io', 'v5.channel.k8s.io'];

  expect((await readExec(client.webSocket(execPath(all), offered))).protocol).toBe('v5.channel.k8s.io');
});

test('the first message says that the streams are connected', async () => {
  const told = deferred<number>();
  program = () => told.promise;
  const socket = client.webSocket(execPath('command=run&stdout=true'));
  const [message] = (await once(socket, 'message')) as [Buffer];
  told.resolve(0);

  expect([...message]).toEqual([1]);
});

test('standard input is passed on, and ends when the client closes it', async () => {
  program = async ({ stdin, stdout }) => {
    const text = await buffer(stdin as Readable);
    stdout?.write(`got ${text.toString()}`);
    return 0;
  };
  const socket = client.webSocket(execPath(all));
  const { stdout } = await readExec(socket, () => {
    socket.send(Buffer.from('\0hello '));
    socket.send(Buffer.from('\0world'));
    socket.send(Buffer.of(255, 0));
  });

  expect(stdout).toBe('got hello world');
});

test('standard input waits at the client while the program does not read', async () => {
  const total = 32 * megabyte;
  const message = Buffer.alloc(64 * 1024 + 1);
  let read = 0;
  let waiting = 0;
  program = async ({ stdin }) => {
    for await (const chunk of stdin ?? []) {
      read += (chunk as Buffer).length;
      waiting = Math.max(waiting, stdin?.readableLength ?? 0);
      await immediate();
    }
    return 0;
  };
  const socket = client.webSocket(execPath(all));
  await readExec(socket, () => {
    for (let sent = 0; sent < total; sent += message.length - 1) socket.send(message);
    socket.send(Buffer.of(255, 0));
  });

  expect(read).toBe(total);
  expect(waiting).toBeLessThan(megabyte);
});

test('a program that ends without reading its input ends the connection, too', async () => {
  const socket = client.webSocket(execPath(all));
  const { status, closeCode } = await readExec(socket, () => {
    for (let sent = 0; sent < 4 * megabyte; sent += 64 * 1024) socket.send(Buffer.alloc(64 * 1024));
  });

  expect({ status, closeCode }).toEqual({ status: '{"metadata":{},"status":"Success"}', closeCode: 1000 });
});

test('a terminal has one output', async () => {
  program = async ({ stdout, stderr, tty }) => {
    stdout?.write(JSON.stringify({ tty, stderr: stderr !== undefined }));
    return 0;
  };

  expect((await readExec(client.webSocket(execPath(`${all}&tty=true`)))).stdout).toBe('{"tty":true,"stderr":false}');
});

test('attach connects to the main process', async () => {
  program = async ({ stdout }, _signal, command) => {
    stdout?.write(command.join(' '));
    return 0;
  };
  const path = 'namespaces/default/pods/p/attach?stdout=true';

  expect((await readExec(client.webSocket(path))).stdout).toBe('attached');
});

test.each<[string, string, string, number, string]>([
  ['an unknown Pod', all, 'no', 404, 'pods "no" not found'],
  ['an unknown container', `${all}&container=x`, 'p', 400, 'container x is not valid for pod p'],
  ['no stream', 'command=run', 'p', 400, 'you must specify at least 1 of stdin, stdout, stderr'],
  ['no command', 'stdout=true', 'p', 400, 'you must specify at least one command'],
  ['a choice of containers', all, 'two', 400, 'a container name must be specified for pod two, choose one of: [c d]'],
  ['a container that has ended', all, 'ended', 500, 'container not found ("c")'],
  ['a container without image', all, 'broken', 500, 'container not found ("c")'],
])('%s is answered before the upgrade', async (_title, query, pod, code, message) => {
  cluster.faults.failImagePulls(/broken/);
  const containers = [{ name: 'c', image: 'i:1' }];
  const pods = 'namespaces/default/pods';
  await client.create(pods, {
    metadata: { name: 'two' },
    spec: { containers: [...containers, { name: 'd', image: 'i' }] },
  });
  await client.create(pods, { metadata: { name: 'broken' }, spec: { containers: [{ name: 'c', image: 'broken' }] } });
  const ended = await client.create(pods, { metadata: { name: 'ended' }, spec: { containers } });
  cluster.node.finish(ended.body, 0);

  expect(await refusedExec(client.webSocket(execPath(query, pod)))).toEqual({ code, message });
});

test('unknown protocols are refused with the known ones', async () => {
  expect(await refusedExec(client.webSocket(execPath(all), 'v9.channel.k8s.io'))).toEqual({
    code: 400,
    message:
      'no known subprotocol among v9.channel.k8s.io; valid: v5.channel.k8s.io, v4.channel.k8s.io, channel.k8s.io',
  });
});

test('SPDY is refused with what to do', async () => {
  const upgrade = request(`${cluster.url}/api/v1/${execPath(all)}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${cluster.token}`, Connection: 'Upgrade', Upgrade: 'SPDY/3.1' },
  });
  upgrade.end();
  const [response] = (await once(upgrade, 'response')) as [Readable & { statusCode: number }];

  expect(response.statusCode).toBe(400);
  expect((await buffer(response)).toString()).toContain('use kubectl 1.31 or newer');
});

test('an upgrade without token is refused', async () => {
  const stranger = new ClusterClient({ url: cluster.url, token: 'other' });

  expect(await refusedExec(stranger.webSocket(execPath(all)))).toEqual({ code: 401, message: 'Unauthorized' });
});

test('a program learns that its client is gone', async () => {
  const aborted = deferred<string>();
  program = async (_streams, signal) => {
    signal.addEventListener('abort', () => aborted.resolve('aborted'));
    await aborted.promise;
    return 0;
  };
  const socket = client.webSocket(execPath(all));
  await once(socket, 'open');
  socket.terminate();

  expect(await aborted.promise).toBe('aborted');
});

test('streams can be cut: no status comes', async () => {
  program = async ({ stdout }, signal) => {
    stdout?.write('some');
    await once(signal, 'abort');
    return 0;
  };
  const socket = client.webSocket(execPath(all));
  let dropped = 0;
  socket.on('message', (data: Buffer) => {
    if (data.length > 1) dropped = cluster.faults.dropExecs();
  });

  expect(await readExec(socket)).toMatchObject({ stdout: 'some', status: '', closeCode: 1006 });
  expect(dropped).toBe(1);
});

test('an exec can be answered with an error', async () => {
  cluster.faults.answer({ code: 503, retryAfter: 1 }, { match: { resource: 'pods/exec' } });

  expect(await refusedExec(client.webSocket(execPath(all)))).toMatchObject({ code: 503 });
  expect((await readExec(client.webSocket(execPath(all)))).closeCode).toBe(1000);
});

test('100 MB arrive whole at a slow client, and wait in the producer, not in memory', async () => {
  const total = 100 * megabyte;
  const produced = { bytes: 0, hash: createHash('sha256') };
  const blocked = deferred<number>();
  program = async ({ stdout }) => {
    await produce(stdout as Writable, total, produced, () => blocked.resolve(produced.bytes));
    return 0;
  };
  const socket = client.webSocket(execPath('command=run&stdout=true'));
  const received = { bytes: 0, hash: createHash('sha256') };
  socket.on('message', (data: Buffer) => {
    if (data[0] !== 1) return;
    received.bytes += data.length - 1;
    received.hash.update(data.subarray(1));
  });
  await once(socket, 'open');
  socket.pause();
  // It stops once the buffers on the way are full: ours, and those of the operating system.
  expect(await blocked.promise).toBeLessThan(30 * megabyte);

  socket.resume();
  await once(socket, 'close');
  expect(received.bytes).toBe(total);
  expect(received.hash.digest('hex')).toBe(produced.hash.digest('hex'));
});

/** Writes as fast as the stream takes it. @param onBlocked told when it has not gone on for a while */
async function produce(
  stdout: Writable,
  total: number,
  produced: { bytes: number; hash: ReturnType<typeof createHash> },
  onBlocked: () => void,
): Promise<void> {
  const chunk = Buffer.alloc(128 * 1024);
  while (produced.bytes < total) {
    chunk.writeUInt32BE(produced.bytes);
    produced.hash.update(chunk);
    produced.bytes += chunk.length;
    if (stdout.write(Buffer.from(chunk))) continue;
    const timer = setTimeout(onBlocked, 200);
    await once(stdout, 'drain');
    clearTimeout(timer);
  }
}
