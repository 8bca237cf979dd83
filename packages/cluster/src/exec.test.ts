import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecOptions } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { ApiServer, quick } from '../test/api-server.ts';
import { createCluster, type ConnectedCluster } from './create-cluster.ts';
import type { RequestInfo } from './request-info.ts';
import type { ClusterTiming } from './timing.ts';

const target = { namespace: 'ci', pod: 'job-1', container: 'helper' };
const success = '{"metadata":{},"status":"Success"}';
const exit7 = JSON.stringify({
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: 'command terminated with exit code 7',
  details: { causes: [{ reason: 'ExitCode', message: '7' }] },
});

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

function message(channel: number, content: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(content)]);
}

/** Looks every 100 ms, until a value that is not negative is the same twice. */
async function untilItStaysTheSame(value: () => number): Promise<void> {
  let before = -1;
  let now = value();
  while (now < 0 || now !== before) {
    await delay(100);
    before = now;
    now = value();
  }
}

/** Runs an exec and gathers its output; `ended` is its exit code or its error. */
async function run(options: Partial<ExecOptions> = {}) {
  const out: string[] = [];
  const ended = await cluster
    .exec(target, ['sh', '-c', 'echo "ä b&c"'], {
      signal: new AbortController().signal,
      onStdout: (chunk) => void out.push(`1:${Buffer.from(chunk).toString()}`),
      onStderr: (chunk) => void out.push(`2:${Buffer.from(chunk).toString()}`),
      ...options,
    })
    .catch((error: unknown) => error);
  return { out, ended };
}

describe('an exec that ends with a status', () => {
  test('hands over both streams in order and gives the exit code', async () => {
    api.onExec = (socket) => {
      for (const channel of [1, 2, 3]) socket.send(message(channel, ''));
      socket.send(message(1, 'a'));
      socket.send(message(2, 'b'));
      socket.send(message(1, 'c'));
      socket.send(message(3, exit7));
      socket.close(1000);
    };
    expect(await run()).toEqual({ out: ['1:a', '2:b', '1:c'], ended: 7 });
    expect(told).toEqual([{ verb: 'exec', resource: 'pods/exec', status: 101 }]);
  });

  test('asks for the container, the command word by word, and the streams that are wanted', async () => {
    let query = new URLSearchParams();
    api.onExec = (socket, request) => {
      query = new URL(request.url ?? '', 'http://server').searchParams;
      socket.send(message(3, success));
      socket.close();
    };
    const ended = await cluster.exec(target, ['sh', '-c', 'echo "ä b&c"'], {
      signal: new AbortController().signal,
      onStdout: () => undefined,
    });
    expect(ended).toBe(0);
    expect([...query]).toEqual([
      ['container', 'helper'],
      ['stdout', 'true'],
      ['stderr', 'false'],
      ['command', 'sh'],
      ['command', '-c'],
      ['command', 'echo "ä b&c"'],
    ]);
  });

  test('takes version 5 of the protocol where the server has it, whose closing of a channel is no output', async () => {
    api.protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
    let protocol = '';
    api.onExec = (socket) => {
      ({ protocol } = socket);
      socket.send(message(1, 'a'));
      socket.send(message(255, Buffer.from([1])));
      socket.send(message(3, success));
      socket.close();
    };
    expect(await run()).toEqual({ out: ['1:a'], ended: 0 });
    expect(protocol).toBe('v5.channel.k8s.io');
  });

  test.each(['v4.channel.k8s.io', 'v5.channel.k8s.io'])('gives the program its input, by %s', async (protocol) => {
    api.protocols = [protocol];
    let query = new URLSearchParams();
    api.onExec = (socket, request) => {
      query = new URL(request.url ?? '', 'http://server').searchParams;
      socket.send(message(1, 'a'));
      socket.on('message', (input: Buffer) => {
        socket.send(message(1, `<${input[0]} ${input.subarray(1).toString()}>`));
        socket.send(message(3, success));
        socket.close();
      });
    };
    let answer: (text: string) => void = () => undefined;
    const stdin = new Promise<string>((resolve) => (answer = resolve));
    const out: string[] = [];
    const onStdout = (chunk: Uint8Array) => {
      out.push(Buffer.from(chunk).toString());
      answer('ok');
    };
    const ended = await cluster.exec(target, ['x'], { signal: new AbortController().signal, stdin, onStdout });
    expect([ended, query.get('stdin'), out]).toEqual([0, 'true', ['a', '<0 ok>']]);
  });

  test('puts a status together that comes in pieces', async () => {
    api.onExec = (socket) => {
      socket.send(message(3, exit7.slice(0, 20)));
      socket.send(message(3, exit7.slice(20)));
      socket.close();
    };
    expect((await run()).ended).toBe(7);
  });

  test('does not wait for a server that forgets to close', async () => {
    api.onExec = (socket) => socket.send(message(3, success));
    await connect({ execClose: 20 });
    expect((await run()).ended).toBe(0);
  });

  test('a connection that breaks after the status changes nothing', async () => {
    api.onExec = (socket) => socket.send(message(3, exit7), () => socket.terminate());
    expect((await run()).ended).toBe(7);
  });

  test('gives an error for a program that could not be run', async () => {
    const text = JSON.stringify({ status: 'Failure', reason: 'InternalError', message: 'no such file', code: 500 });
    api.onExec = (socket) => {
      socket.send(message(3, text));
      socket.close();
    };
    expect((await run()).ended).toMatchObject({
      code: 'CLUSTER_API',
      message: 'exec in container helper of pod ci/job-1: no such file',
    });
  });
});

describe('an exec that ends without a status is lost, never success', () => {
  test.each<[string, (socket: WebSocket) => void]>([
    ['closed politely', (socket) => socket.close(1000)],
    ['closed without a code', (socket) => socket.close()],
    ['broken', (socket) => socket.terminate()],
    ['broken after output', (socket) => socket.send(message(1, 'a'), () => socket.terminate())],
    ['ended with half a status', (socket) => socket.send(message(3, success.slice(0, 9)), () => socket.close())],
    ['ended with an empty status', (socket) => socket.send(message(3, ''), () => socket.close())],
    ['filled with a status without end', (socket) => socket.send(message(3, ' '.repeat(70_000)), () => socket.close())],
  ])('%s', async (_, onExec) => {
    api.onExec = onExec;
    expect((await run()).ended).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('the end of the TCP connection in the middle of a message', async () => {
    api.onExec = () => {
      api.raw?.write(Buffer.from([0x82, 100, 1, 65]), () => api.drop());
    };
    expect(await run()).toMatchObject({ out: [], ended: { code: 'CONNECTION_LOST' } });
  });

  test('a server that no longer answers pings', async () => {
    api.onExec = (socket) => socket.pause();
    await connect({ ping: 10, pong: 20 });
    expect((await run()).ended).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('no answer to a ping within 20 ms') as string,
    });
  });
});

describe('an exec that does not begin', () => {
  test.each([
    ['a container that is not there', 404, 'container not found ("helper")'],
    ['a missing permission', 403, '{"status":"Failure","message":"cannot get resource \\"pods/exec\\""}'],
    ['a broken kubelet', 500, 'container not running'],
  ])('is refused: %s', async (_, code, body) => {
    api.refuseExec = () => ({ status: code, body });
    expect((await run()).ended).toMatchObject({
      code: 'CLUSTER_API',
      status: code,
      message: expect.stringMatching(
        /^exec in container helper of pod ci\/job-1: (container not|cannot get)/,
      ) as string,
    });
    expect(told).toEqual([{ verb: 'exec', resource: 'pods/exec', status: code }]);
  });

  test.each([
    ['too many requests', 429, ''],
    ['a kubelet that is away', 500, 'error dialing backend: EOF'],
  ])('is tried again after %s, since nothing ran', async (_, code, body) => {
    api.refuseExec = (call) => (call === 1 ? { status: code, body } : undefined);
    api.onExec = (socket) => socket.send(message(3, success), () => socket.close());
    expect((await run()).ended).toBe(0);
    expect(api.execs).toBe(2);
  });

  test('is lost, and not tried again, when the connection breaks before the answer: it may have begun', async () => {
    api.takeUpgrade = (socket) => {
      socket.destroy();
      return true;
    };
    expect((await run()).ended).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(api.execs).toBe(1);
  });

  test('is lost when there is no answer in time', async () => {
    api.takeUpgrade = () => true;
    await connect({ execOpen: 30 });
    expect((await run()).ended).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('no answer within 30 ms') as string,
    });
  });

  test('is lost when the server speaks another protocol', async () => {
    api.protocols = ['base64.channel.k8s.io'];
    expect((await run()).ended).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('is lost when nobody listens', async () => {
    await api.close();
    await connect({ repeat: 0 });
    expect((await run()).ended).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(told).toEqual([{ verb: 'exec', resource: 'pods/exec' }]);
  });
});

describe('a handler that takes its time', () => {
  test('gets the next piece only after the one before', async () => {
    api.onExec = (socket) => {
      for (const piece of ['a', 'b', 'c']) socket.send(message(1, piece));
      socket.send(message(3, success));
      socket.close();
    };
    const log: string[] = [];
    const onStdout = async (chunk: Uint8Array): Promise<void> => {
      const piece = Buffer.from(chunk).toString();
      log.push(`begin ${piece}`);
      await delay(5);
      log.push(`end ${piece}`);
    };
    expect((await run({ onStdout })).ended).toBe(0);
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  test('holds back the server instead of filling the memory', async () => {
    const piece = message(1, Buffer.alloc(64 * 1024));
    let sent = 0;
    let open: WebSocket | undefined;
    api.onExec = (socket) => {
      open = socket;
      const send = (): void => {
        if (sent >= 2000) return socket.send(message(3, success), () => socket.close());
        sent += 1;
        socket.send(piece, (error) => error ?? send());
      };
      send();
    };
    let received = 0;
    let release: () => void = () => undefined;
    const onStdout = async (chunk: Uint8Array): Promise<void> => {
      received += chunk.length;
      if (received > chunk.length) return;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const running = run({ onStdout });
    // Once the kernel's buffers are full, the server's own begin to fill: then nothing moves any more.
    await untilItStaysTheSame(() => (open?.bufferedAmount ? sent : -1));
    expect(open?.bufferedAmount).toBeGreaterThan(0);
    expect(received).toBe(64 * 1024);
    expect(sent).toBeLessThan(1000);
    release();
    expect((await running).ended).toBe(0);
    expect(received).toBe(2000 * 64 * 1024);
  });

  test('is not taken for a dead server', async () => {
    api.onExec = (socket) => {
      socket.send(message(1, 'a'));
      socket.send(message(3, success));
      socket.close();
    };
    await connect({ ping: 30, pong: 30 });
    const onStdout = async (): Promise<void> => {
      await delay(200);
    };
    expect((await run({ onStdout })).ended).toBe(0);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['breaks its promise', async () => Promise.reject(new Error('disk full'))],
  ])('ends the exec with its error when it %s', async (_, onStdout) => {
    let closed: Promise<unknown> = Promise.reject(new Error('no exec'));
    closed.catch(() => undefined);
    api.onExec = (socket) => {
      closed = once(socket, 'close');
      socket.send(message(1, 'a'));
    };
    expect((await run({ onStdout })).ended).toMatchObject({ message: 'disk full' });
    await closed;
  });
});

describe('cancelling', () => {
  test('closes the connection at once', async () => {
    const stop = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    api.onExec = (socket) => {
      closed = once(socket, 'close');
      stop.abort(new Error('cancelled'));
    };
    expect((await run({ signal: stop.signal })).ended).toMatchObject({ message: 'cancelled' });
    await closed;
  });

  test('works while a handler is at work, and hands over nothing more', async () => {
    const stop = new AbortController();
    api.onExec = (socket) => {
      for (let i = 0; i < 10; i += 1) socket.send(message(1, String(i)));
    };
    const got: string[] = [];
    const onStdout = async (chunk: Uint8Array): Promise<void> => {
      got.push(Buffer.from(chunk).toString());
      stop.abort(new Error('cancelled'));
      await delay(5);
    };
    expect((await run({ signal: stop.signal, onStdout })).ended).toMatchObject({ message: 'cancelled' });
    await delay(10);
    expect(got).toEqual(['0']);
  });

  test('works while the connection is being opened', async () => {
    const stop = new AbortController();
    api.takeUpgrade = () => {
      stop.abort(new Error('cancelled'));
      return true;
    };
    expect((await run({ signal: stop.signal })).ended).toMatchObject({ message: 'cancelled' });
  });

  test('does not even connect when it was cancelled before', async () => {
    expect((await run({ signal: AbortSignal.abort(new Error('cancelled')) })).ended).toMatchObject({
      message: 'cancelled',
    });
    expect(api.execs).toBe(0);
  });
});
