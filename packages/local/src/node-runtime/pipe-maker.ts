import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { AnonymousPipes } from './anonymous-pipes.ts';

/** The two ends of a pipe, as file descriptors of this process. */
export interface PipeEnds {
  /** Non-blocking when it is this process that reads. */
  readonly read: number;
  /** Non-blocking when it is this process that writes. */
  readonly write: number;
}

const batch = 24;

/**
 * Makes true pipes. What Node gives to child processes are sockets, and those cannot be opened again: a script that writes
 * to `/dev/stderr` fails. So FIFOs are made by mkfifo(1), many at once and ahead of need, opened at both ends and unlinked.
 */
export class PipeMaker {
  readonly #directory: string;
  readonly #path: string;
  readonly #anonymous: AnonymousPipes;
  #free: string[] = [];
  #made = 0;
  #refilling: Promise<void> | undefined;

  /** @param directory private to the node @param path `PATH` in which mkfifo(1) is looked up */
  constructor(directory: string, path: string) {
    this.#directory = directory;
    this.#path = path;
    this.#anonymous = new AnonymousPipes(path);
  }

  /** Makes a pipe that this process reads from and a child writes to. @throws Error when mkfifo(1) fails */
  async fromChild(): Promise<PipeEnds> {
    const fifo = await this.#take();
    try {
      const read = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
      return { read, write: openSync(fifo, constants.O_WRONLY) };
    } finally {
      unlinkSync(fifo);
    }
  }

  /** Makes a pipe that this process writes to and a child reads from. @throws Error when it cannot be made */
  async toChild(): Promise<PipeEnds> {
    if (process.platform === 'linux') return this.#anonymous.take();
    const fifo = await this.#take();
    try {
      // A FIFO can be opened for writing, without blocking, only while somebody reads.
      const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
      const write = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
      const read = openSync(fifo, constants.O_RDONLY);
      closeSync(reader);
      return { read, write };
    } finally {
      unlinkSync(fifo);
    }
  }

  /** Makes pipes ahead of need; a failure shows when one is taken. */
  warmUp(): void {
    this.#refill().catch(() => {});
  }

  /** Waits for what is under way; the pipes themselves belong to those who took them. */
  async close(): Promise<void> {
    this.#anonymous.close();
    await this.#refilling?.catch(() => {});
  }

  async #take(): Promise<string> {
    while (this.#free.length === 0) await this.#refill();
    const fifo = this.#free.pop() ?? '';
    if (this.#free.length < batch / 4) this.warmUp();
    return fifo;
  }

  async #refill(): Promise<void> {
    this.#refilling ??= this.#make().finally(() => (this.#refilling = undefined));
    return this.#refilling;
  }

  async #make(): Promise<void> {
    const names = Array.from({ length: batch }, () => join(this.#directory, `fifo-${this.#made++}`));
    await new Promise<void>((resolve, reject) => {
      // Writable by all: a process of another user may open its /dev/stderr again.
      execFile('mkfifo', ['-m', '666', '--', ...names], { env: { PATH: this.#path } }, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    this.#free.push(...names);
  }
}
