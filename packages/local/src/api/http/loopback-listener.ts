import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsCertificate } from './tls-certificate.ts';

export interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The first byte of a TLS connection. */
const tlsHandshake = 0x16;

/** Milliseconds that a connection is kept for the next request. */
const keepAlive = 90_000;

/** Takes HTTP and HTTPS on one port of the loopback interface, and knows all its connections. */
export class LoopbackListener {
  private readonly sockets = new Set<Socket>();
  private readonly plain: http.Server;
  private readonly encrypted: https.Server;
  private readonly listener: net.Server;

  constructor(certificate: TlsCertificate, handlers: Handlers) {
    this.plain = http.createServer();
    this.encrypted = https.createServer({ cert: certificate.certificate, key: certificate.key });
    for (const server of [this.plain, this.encrypted]) {
      server.keepAliveTimeout = keepAlive;
      server.on('request', (request, response) => handlers.request(request, response));
      server.on('upgrade', (request, socket, head) => handlers.upgrade(request, socket, head));
    }
    this.listener = net.createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** @param port 0 for any that is free. @returns the port */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.listener.once('error', reject);
      this.listener.listen(port, '127.0.0.1', resolve);
    });
    return (this.listener.address() as AddressInfo).port;
  }

  /** Cuts all connections. @returns how many there were */
  dropConnections(): number {
    const { size } = this.sockets;
    for (const socket of this.sockets) socket.destroy();
    return size;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    this.dropConnections();
    this.plain.close();
    this.encrypted.close();
    await closed;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A connection that breaks is noticed where it is used.
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === tlsHandshake ? this.encrypted : this.plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  }
}
