import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';
import { connectionConfigSchema, type ConnectionConfig } from '../src/connection-config.ts';
import type { Connection } from '../src/connection.ts';
import { loadConnection } from '../src/load-connection.ts';
import { defaultTiming, type ClusterTiming } from '../src/timing.ts';

/** Short pauses, so that what is repeated is repeated soon; long limits, so that a slow machine changes nothing. */
export const quick: ClusterTiming = {
  ...defaultTiming,
  request: 10_000,
  repeat: 10_000,
  backoffMin: 2,
  backoffMax: 10,
  watchBackoffMax: 10,
  linger: 10,
  execClose: 200,
};

/** One request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: Seen) => void;

/** An HTTP server on loopback that answers as a test says, and can be made to misbehave. */
export class ApiServer {
  readonly seen: Seen[] = [];
  /** Answers to requests, first come, first served; then `otherwise`. */
  readonly answers: Answer[] = [];
  otherwise: Answer = status(404, 'NotFound', 'not scripted');
  /** What an exec does once its WebSocket is open; or `refuse`. */
  onExec: (socket: WebSocket, request: IncomingMessage) => void = (socket) => socket.close();
  /** Answers an upgrade with plain HTTP when it gives a status. */
  refuseExec: (call: number) => { status: number; body: string } | undefined = () => undefined;
  /** Called with each raw upgrade before the handshake; true when it took the socket. */
  takeUpgrade: (socket: Duplex) => boolean = () => false;
  protocols: string[] = ['v4.channel.k8s.io'];
  /** Called with each TLS connection. */
  onTls: (socket: TLSSocket) => void = () => undefined;
  /** The connection of the last exec, below its WebSocket. */
  raw: Duplex | undefined;
  execs = 0;
  url = '';
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    server.on('secureConnection', (socket: TLSSocket) => this.onTls(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response));
    const websockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => this.protocols.find((protocol) => offered.has(protocol)) ?? false,
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.execs += 1;
      this.raw = socket;
      if (this.takeUpgrade(socket)) return;
      const refusal = this.refuseExec(this.execs);
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal.status} No\r\ncontent-length: ${refusal.body.length}\r\n\r\n${refusal.body}`);
        return;
      }
      websockets.handleUpgrade(request, socket, head, (opened) => this.onExec(opened, request));
    });
  }

  static async start(tls?: ServerOptions): Promise<ApiServer> {
    const api = new ApiServer(tls === undefined ? createServer() : createTlsServer(tls));
    await new Promise<void>((resolve) => {
      api.server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = api.server.address() as AddressInfo;
    api.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    return api;
  }

  /** A connection to this server. */
  async connection(config: Partial<ConnectionConfig> = {}): Promise<Connection> {
    return loadConnection(connectionConfigSchema.parse({ host: this.url, ...config }), { env: {} });
  }

  /** Breaks all connections, as a crash would. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    const seen: Seen = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.seen.push(seen);
    (this.answers.shift() ?? this.otherwise)(response, seen);
  }
}

/** Answers with an object. */
export function json(value: unknown, code = 200): Answer {
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

/** Answers with a Kubernetes Status. */
export function status(
  code: number,
  reason: string,
  message: string,
  details?: object,
  headers: Record<string, string> = {},
): Answer {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Breaks the connection without an answer. */
export const hangUp: Answer = (response) => {
  response.destroy();
};

/** Begins an answer, and breaks the connection in its middle. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"half":', () => response.destroy());
};

/** Never answers. */
export const silence: Answer = () => undefined;
