import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { ExecTarget } from '@podwright/core';
import { pathOf } from './api-client.ts';
import { refusedBy } from './api-error.ts';
import type { Connection } from './connection.ts';
import { ConnectFailure, networkOutcome } from './network-error.ts';
import type { Outcome } from './outcome.ts';
import { withDeadline } from './wait.ts';

/** The first that the server knows is taken. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** Servers send at most some 32 KiB at once. */
const messageLimit = 16 * 1024 * 1024;
const refusalLimit = 64 * 1024;
const keepAliveDelay = 15_000;

/** What is asked of the container. */
export interface ExecRequest {
  readonly target: ExecTarget;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** The exec in words, for errors; the command may hold secrets and is left out. */
export function whatOfExec({ namespace, pod, container }: ExecTarget): string {
  return `exec in container ${container} of pod ${namespace}/${pod}`;
}

/**
 * Connects to the streams of a new program in a container.
 * @param timeout milliseconds until they are connected
 * @returns the WebSocket, paused: attach the handlers, then resume it
 * @throws the signal's reason when it is aborted
 */
export async function openExec(
  connection: Connection,
  request: ExecRequest,
  timeout: number,
  signal: AbortSignal,
): Promise<Outcome<WebSocket>> {
  const what = whatOfExec(request.target);
  try {
    return await withDeadline(timeout, signal, async (inner) => {
      const access = await connection.credentials.current().catch((error: unknown) => {
        throw new ConnectFailure(error);
      });
      inner.throwIfAborted();
      const { headers, tls, agent } = access;
      const options = { ...tls, headers: { ...headers, 'user-agent': 'podwright' }, agent };
      const outcome = await handshake(urlOf(connection, request), options, what, inner);
      if (outcome.kind === 'refused' && outcome.error.status === 401) connection.credentials.forget();
      return outcome;
    });
  } catch (error) {
    signal.throwIfAborted();
    return networkOutcome(`${what} at ${connection.server}`, error);
  }
}

async function handshake(
  url: URL,
  options: WebSocket.ClientOptions,
  what: string,
  signal: AbortSignal,
): Promise<Outcome<WebSocket>> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const ws = new WebSocket(url, protocols, {
      ...options,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: messageLimit,
      finishRequest: (request: ClientRequest) => {
        whenConnected(request, () => {
          connected = true;
        });
        request.end();
      },
    });
    const onAbort = (): void => {
      reject(signal.reason as Error);
      ws.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Also afterwards: terminating a socket that is still connecting emits an error.
    ws.on('error', (error) => reject(connected ? error : new ConnectFailure(error)));
    ws.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      ws.pause();
      resolve({ kind: 'answered', value: ws });
    });
    ws.once('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
      readAll(response).then((body) => {
        resolve(refusedBy(what, response.statusCode ?? 0, response.headers, body));
        ws.terminate();
      }, reject);
    });
  });
}

/** A proxied socket is connected when it is handed over; others tell. */
function whenConnected(request: ClientRequest, tell: () => void): void {
  request.once('socket', (socket) => {
    socket.setKeepAlive(true, keepAliveDelay);
    const secure = (socket as Partial<TLSSocket>).encrypted === true;
    if (!socket.connecting && !secure) tell();
    else socket.once(secure ? 'secureConnect' : 'connect', tell);
  });
}

function urlOf(connection: Connection, { target, command, stdin, stdout, stderr }: ExecRequest): URL {
  const { namespace, pod, container } = target;
  const path = pathOf({ verb: 'exec', resource: 'pods/exec', namespace, name: pod });
  const url = new URL(`${connection.server}${path}`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('container', container);
  if (stdin) url.searchParams.set('stdin', 'true');
  url.searchParams.set('stdout', String(stdout));
  url.searchParams.set('stderr', String(stderr));
  for (const word of command) url.searchParams.append('command', word);
  return url;
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > refusalLimit) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
