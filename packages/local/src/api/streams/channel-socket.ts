import { Readable, Writable } from 'node:stream';
import type { Status } from 'kubernetes-types/meta/v1.js';
import type { RawData, WebSocket } from 'ws';

/**
 * The subprotocols of exec and attach, the best first. Each message begins with a byte that names its channel. The
 * oldest has text on the error channel instead of a `Status`; only the newest can close a channel (byte 255).
 */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io'] as const;

export type ChannelProtocol = (typeof channelProtocols)[number];

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

/** Bytes of output that may wait for a slow client; after that the producer is held back. */
const bufferLimit = 1024 * 1024;

/** Bytes of output in one message. */
const messageLimit = 64 * 1024;

/** The streams of one exec or attach over a WebSocket, with back pressure in both directions. */
export class ChannelSocket {
  /** Nothing more is taken from the client. */
  private closed = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly protocol: ChannelProtocol,
  ) {}

  /** What the client writes. While nobody reads it, nothing more is taken from the connection. */
  stdin(): Readable {
    const stdin = new Readable({ read: () => this.socket.resume() });
    // Whoever reads it learns of a lost connection by the signal; an error here must not end the process.
    stdin.on('error', () => {});
    this.socket.on('message', (data: RawData) => {
      if (this.closed) return;
      const message = bytesOf(data);
      this.closed =
        this.protocol === 'v5.channel.k8s.io' && message[0] === channels.close && message[1] === channels.stdin;
      if (this.closed) {
        stdin.push(null);
        this.socket.resume();
      }
      const written = message[0] === channels.stdin && message.length > 1;
      if (written && !stdin.push(message.subarray(1))) this.socket.pause();
    });
    this.socket.on('close', () => stdin.destroy());
    return stdin;
  }

  /** What is written to it is sent on a channel; a write is done once the client is not too far behind. */
  output(channel: 'stdout' | 'stderr'): Writable {
    const output = new Writable({
      highWaterMark: messageLimit,
      write: (chunk: Buffer, _encoding, done) => this.sendAll(channels[channel], chunk, 0, done),
    });
    output.on('error', () => {});
    this.socket.on('close', () => output.destroy());
    return output;
  }

  /** Tells the client, as a kubelet does, that the streams are connected: with an empty message. */
  announce(channel: 'stdout' | 'stderr' | 'error'): void {
    this.socket.send(Buffer.of(channels[channel]));
  }

  /** Sends how it ended, and closes. */
  finish(status: Partial<Status>): void {
    const text = this.protocol === 'channel.k8s.io' ? (status.message ?? '') : JSON.stringify(status);
    if (text !== '') this.socket.send(Buffer.concat([Buffer.of(channels.error), Buffer.from(text)]));
    // To see the client's answer to the close, what it still writes has to be taken, and dropped.
    this.closed = true;
    this.socket.resume();
    this.socket.close(1000);
  }

  private sendAll(channel: number, chunk: Buffer, start: number, done: (error?: Error | null) => void): void {
    if (this.socket.readyState !== this.socket.OPEN) return done(new Error('the connection is closed'));
    const end = Math.min(start + messageLimit, chunk.length);
    const next = (error?: Error | null): void => {
      if (error || end === chunk.length) done(error);
      else this.sendAll(channel, chunk, end, done);
    };
    const message = Buffer.concat([Buffer.of(channel), chunk.subarray(start, end)]);
    let told = false;
    this.socket.send(message, (error) => {
      if (!told) next(error);
    });
    if (this.socket.bufferedAmount >= bufferLimit) return;
    told = true;
    // Not at once: a write of many messages would grow the stack.
    setImmediate(next);
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
