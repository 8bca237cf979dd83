import type { WebSocket } from 'ws';
import { ConnectionLostError, type ExecOptions } from '@podwright/core';
import { execEnd } from './exec-status.ts';
import type { ClusterTiming } from './timing.ts';
import { onAbort } from './wait.ts';

/** The first byte of each message. v5 also has 255, "this channel is closed", which tells us nothing. */
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;
const statusLimit = 64 * 1024;

interface Deps {
  /** Open and paused. */
  readonly ws: WebSocket;
  /** What was asked, for errors. */
  readonly what: string;
  readonly options: ExecOptions;
  readonly timing: ClusterTiming;
}

/**
 * Hands over the output of an exec, one message at a time and in order, until the connection ends.
 * @returns the exit code
 * @throws ConnectionLostError when the connection ends, or stops to answer, before there is a status
 * @throws ClusterApiError when the status says that the program could not be run
 * @throws the signal's reason; what a handler throws
 */
export async function runExec(deps: Deps): Promise<number> {
  return new Promise((resolve, reject) => new ExecSession(deps, resolve, reject).start());
}

class ExecSession {
  /** Messages that had already been received when the handler asked to wait: not more than one read of the socket. */
  private readonly queue: Buffer[] = [];
  /** A handler is at work; nothing is read meanwhile. */
  private delivering = false;
  private closed = false;
  private settled = false;
  private status = Buffer.alloc(0);
  private heard = true;
  /** The next ping, or the end of waiting: for its answer, or for the close after the status. */
  private timer: NodeJS.Timeout | undefined;
  private removeAbort: () => void = () => undefined;

  constructor(
    private readonly deps: Deps,
    private readonly resolve: (exitCode: number) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  start(): void {
    const { ws, options } = this.deps;
    ws.on('message', (message: Buffer) => this.receive(message));
    ws.on('pong', () => {
      this.heard = true;
    });
    // The close that follows it says enough.
    ws.on('error', () => undefined);
    ws.on('close', () => {
      this.closed = true;
      if (!this.delivering) this.end();
    });
    this.pingLater();
    ws.resume();
    void options.stdin?.then((text) => this.sendInput(text));
    this.removeAbort = onAbort(options.signal, () => this.fail(options.signal.reason));
  }

  private sendInput(text: string): void {
    if (!this.settled && !this.closed) this.deps.ws.send(Buffer.from(`${String.fromCharCode(channels.stdin)}${text}`));
  }

  private receive(message: Buffer): void {
    this.heard = true;
    this.queue.push(message);
    if (!this.delivering) this.drain();
  }

  /** Hands over what is queued; when a handler gives a promise, stops reading until it is kept. */
  private drain(): void {
    for (let message = this.queue.shift(); message !== undefined; message = this.queue.shift()) {
      let pending: void | Promise<void>;
      try {
        pending = this.handOver(message);
      } catch (error) {
        return this.fail(error);
      }
      if (pending === undefined) continue;
      this.pauseUntil(pending);
      return;
    }
    if (this.closed) this.end();
  }

  private pauseUntil(pending: Promise<void>): void {
    this.delivering = true;
    this.deps.ws.pause();
    pending.then(
      () => {
        this.delivering = false;
        // What came meanwhile has yet to be read, the answer to a ping too.
        this.heard = true;
        this.drain();
        if (!this.delivering) this.deps.ws.resume();
      },
      (error: unknown) => this.fail(error),
    );
  }

  private handOver(message: Buffer): void | Promise<void> {
    // An empty message opens a channel.
    if (this.settled || message.length < 2) return undefined;
    const content = message.subarray(1);
    const { options } = this.deps;
    const channel = message[0];
    if (channel === channels.stdout) return options.onStdout?.(content);
    if (channel === channels.stderr) return options.onStderr?.(content);
    return channel === channels.status ? this.keepStatus(content) : undefined;
  }

  /** The server closes after it; if it does not, we do. */
  private keepStatus(content: Buffer): void {
    if (this.status.length + content.length > statusLimit) return;
    this.status = Buffer.concat([this.status, content]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.deps.ws.terminate(), this.deps.timing.execClose);
  }

  /** Everything was handed over and nothing more comes. */
  private end(): void {
    const { what } = this.deps;
    if (this.status.length === 0) {
      return this.fail(new ConnectionLostError(`${what}: the connection ended without a status`));
    }
    const end = execEnd(what, this.status.toString('utf8'));
    if ('error' in end) this.fail(end.error);
    else this.settle(() => this.resolve(end.exitCode));
  }

  private fail(error: unknown): void {
    if (this.settled) return;
    this.settle(() => this.reject(error));
    this.deps.ws.terminate();
  }

  private settle(how: () => void): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    this.queue.length = 0;
    this.removeAbort();
    how();
  }

  private pingLater(): void {
    this.timer = setTimeout(() => this.ping(), this.deps.timing.ping);
  }

  /** While a handler is at work nothing is read, so that silence then means nothing. */
  private ping(): void {
    const { ws, what, timing } = this.deps;
    this.heard = false;
    ws.ping();
    this.timer = setTimeout(() => {
      if (this.heard || this.delivering) return this.pingLater();
      this.fail(new ConnectionLostError(`${what}: no answer to a ping within ${timing.pong} ms`));
    }, timing.pong);
  }
}
