import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fakeIo, runHelper } from '../test-kit/project.ts';
import { run } from '../run.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(port = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

it('waits until all ports answer', async () => {
  const [open, later] = [await listen(), await freePort()];
  const { io, output } = fakeIo('/');
  let waits = 0;
  const status = await run(['health-check', '--port', String(open), '-p', String(later)], io, async () => {
    waits += 1;
    if (waits === 2) await listen(later);
  });
  expect([status, waits]).toEqual([0, 2]);
  expect(output.stdout).toContain(`waiting for TCP connection to localhost on [${open} ${later}]...`);
  expect(output.stdout).toContain(`localhost:${later} accepts connections`);
});

it('waits for one of the ports of the variables', async () => {
  const [open, closed] = [await listen(), await freePort()];
  const env = { DB_TCP_ADDR: '127.0.0.1', DB_TCP_PORT: String(open), DB_2_TCP_PORT: String(closed) };
  expect((await runHelper('/', ['health-check'], env)).status).toBe(0);
});

it.each([
  [[], {}, 'neither --port nor variables'],
  [[], { A_TCP_ADDR: 'x' }, 'neither --port nor variables'],
  [['--port', 'http'], {}, '"http" is no port'],
  [['--port', '65536'], {}, '"65536" is no port'],
])('%j with %j fails', async (args, env, message) => {
  const result = await runHelper('/', ['health-check', ...args], env as Record<string, string>);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain(message);
});
