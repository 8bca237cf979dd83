import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';

/** Linux's largest pipe, unless root raised it: more cannot have been left behind by a process that has ended. */
const largestPipe = 1024 * 1024;

/** The reading end of a child's output, with an end that does not wait for whom the child left behind. */
export class OutputPipe {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #output = new PassThrough();

  /** @param fd non-blocking reading end of a pipe; closed by this object */
  constructor(fd: number) {
    this.#fd = fd;
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.on('error', () => this.#output.end());
    this.#socket.pipe(this.#output);
  }

  /** Must be read, or the child is held up. */
  get output(): Readable {
    return this.#output;
  }

  /**
   * Takes what is still in the pipe, and ends `output` after it. Called once the child has ended: all it wrote is in the
   * pipe by then, while processes that it left behind may keep the pipe open for ever.
   */
  finish(): void {
    if (this.#socket.destroyed || this.#output.writableEnded) return;
    this.#socket.unpipe(this.#output);
    const buffered = (this.#socket.read() as Buffer | null) ?? Buffer.alloc(0);
    this.#output.end(Buffer.concat([buffered, ...remainder(this.#fd)]));
    this.#socket.destroy();
  }
}

function remainder(fd: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let length = 0; length < largestPipe;) {
    const buffer = Buffer.allocUnsafe(65_536);
    const read = readAvailable(fd, buffer);
    if (read === 0) break;
    chunks.push(buffer.subarray(0, read));
    length += read;
  }
  return chunks;
}

/** @returns 0 when there is nothing, now or ever */
function readAvailable(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
