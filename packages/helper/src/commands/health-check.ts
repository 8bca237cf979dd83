import { connect } from 'node:net';
import { defineCommand, type Context } from '../cli/command.ts';
import { list } from '../cli/flags.ts';
import { HelperError } from '../errors.ts';
import type { Io } from '../io.ts';

const dialTimeout = 5 * 60_000;
const pause = 1000;

/** Services to wait for. */
interface Targets {
  readonly host: string;
  readonly ports: readonly string[];
  /** Whether all must answer, or one is enough. */
  readonly waitsForAll: boolean;
}

/**
 * Waits until services accept connections, without end: whoever started it sets the limit. With `--port` these are
 * services of the same Pod, and all must answer; else those of the variables `*_TCP_ADDR` and `*_TCP_PORT`.
 */
export const healthCheck = defineCommand({
  flags: { port: list(), p: list() },
  async run(values, context) {
    const ports = [...values.port, ...values.p];
    const targets = ports.length > 0 ? { host: 'localhost', ports, waitsForAll: true } : targetsOf(context.io.env);
    if (targets.host === '' || targets.ports.length === 0)
      throw new HelperError('neither --port nor variables name a host and port');
    for (const port of targets.ports) {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new HelperError(`${JSON.stringify(port)} is no port`);
    }
    await waitFor(targets, context);
  },
});

function targetsOf(env: Io['env']): Targets {
  const named = (suffix: string): string[] =>
    Object.entries(env).flatMap(([name, value]) => (name.endsWith(suffix) && value !== undefined ? [value] : []));
  return { host: named('_TCP_ADDR').at(-1) ?? '', ports: [...new Set(named('_TCP_PORT'))], waitsForAll: false };
}

async function waitFor({ host, ports, waitsForAll }: Targets, context: Context): Promise<void> {
  context.io.stdout.write(`waiting for TCP connection to ${host} on [${ports.join(' ')}]...\n`);
  const stop = new AbortController();
  const dials = ports.map((port) => dialUntilAnswered(host, Number(port), context, stop.signal));
  await (waitsForAll ? Promise.all(dials) : Promise.any(dials));
  stop.abort();
  await Promise.allSettled(dials);
}

async function dialUntilAnswered(
  host: string,
  port: number,
  { io, sleep }: Context,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    io.stdout.write(`dialing ${host}:${port}...\n`);
    if (await answers(host, port, signal)) {
      io.stdout.write(`${host}:${port} accepts connections\n`);
      return;
    }
    if (!signal.aborted) await sleep(pause);
  }
}

function answers(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: dialTimeout });
    const end = (result: boolean) => (): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = end(false);
    signal.addEventListener('abort', giveUp);
    socket.on('connect', end(true)).on('error', giveUp).on('timeout', giveUp);
  });
}
