import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Node } from '../../node.ts';
import { badRequest } from '../api-error.ts';
import type { StoredObject } from '../kube-object.ts';
import { flag } from '../request-options.ts';
import { channelProtocols, ChannelSocket, type ChannelProtocol } from '../streams/channel-socket.ts';
import { findRunningContainer } from '../streams/container-target.ts';
import { runExecSession, type ExecRequest } from '../streams/exec-session.ts';
import type { RequestInfo } from './request-info.ts';

/** Bytes of one message from a client. */
const maxMessage = 8 * 1024 * 1024;

/** The exec and attach streams that are open. */
export class ExecConnections {
  private readonly sockets = new Set<WebSocket>();
  private readonly upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessage,
    handleProtocols: (offered) => channelProtocols.find((protocol) => offered.has(protocol)) ?? false,
  });

  constructor(private readonly node: Node) {}

  /** @throws ApiError before anything is sent, when the request cannot be served */
  open(info: RequestInfo, pod: StoredObject, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    checkUpgrade(request);
    const exec = readExecRequest(info, pod);
    this.upgrader.handleUpgrade(request, socket, head, (webSocket) => this.run(exec, webSocket));
  }

  /** Cuts the connections of all streams. @returns how many there were */
  drop(): number {
    const { size } = this.sockets;
    for (const socket of this.sockets) socket.terminate();
    return size;
  }

  private run(exec: ExecRequest, socket: WebSocket): void {
    const controller = new AbortController();
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.sockets.delete(socket);
      controller.abort();
    });
    // Without a subprotocol it is the oldest one.
    const protocol = (socket.protocol || 'channel.k8s.io') as ChannelProtocol;
    void runExecSession(this.node, exec, new ChannelSocket(socket, protocol), controller.signal);
  }
}

function checkUpgrade({ headers }: IncomingMessage): void {
  const wanted = (headers.upgrade ?? '').toLowerCase();
  if (wanted.startsWith('spdy/')) {
    throw badRequest('exec and attach are served over WebSocket only, not SPDY: use kubectl 1.31 or newer');
  }
  if (wanted !== 'websocket') throw badRequest(`cannot upgrade to "${wanted}"; valid: websocket`);
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered[0] === '' || channelProtocols.some((protocol) => offered.includes(protocol))) return;
  throw badRequest(`no known subprotocol among ${offered.join(', ')}; valid: ${channelProtocols.join(', ')}`);
}

function readExecRequest({ subresource, query }: RequestInfo, pod: StoredObject): ExecRequest {
  if (subresource !== 'exec' && subresource !== 'attach') throw badRequest('only exec and attach can be upgraded');
  const [stdin, stdout, stderr] = [flag(query, 'stdin'), flag(query, 'stdout'), flag(query, 'stderr')];
  if (!stdin && !stdout && !stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  const command = subresource === 'exec' ? query.getAll('command') : [];
  if (subresource === 'exec' && command.length === 0) throw badRequest('you must specify at least one command');
  const target = findRunningContainer(pod, query.get('container'));
  return { kind: subresource, target, command, stdin, stdout, stderr, tty: flag(query, 'tty') };
}
