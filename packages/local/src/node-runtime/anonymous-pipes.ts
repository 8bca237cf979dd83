import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { once } from 'node:events';
import type { PipeEnds } from './pipe-maker.ts';

/**
 * Holds four nameless pipes, whose writers are gone, and says its process id; ends when its standard input does. Their
 * other ends are to be had through `/proc`.
 */
const holder = `
exec 7<&0
: | { exec 3<&0; : | { exec 4<&0; : | { exec 5<&0; : | { exec 6<&0; read -r pid _ </proc/self/stat; echo "$pid"; read -r _ <&7; }; }; }; }`;
const held = [3, 4, 5, 6];

/**
 * Makes nameless pipes for the input of children, on Linux. A FIFO will not do: a program that opens `/dev/stdin` after
 * the last writer has gone would wait for another one for ever.
 */
export class AnonymousPipes {
  readonly #path: string;
  readonly #free: PipeEnds[] = [];

  /** @param path `PATH` in which sh is looked up */
  constructor(path: string) {
    this.#path = path;
  }

  /** @returns a pipe whose writing end does not block. @throws Error when none can be made */
  async take(): Promise<PipeEnds> {
    for (;;) {
      const pipe = this.#free.pop();
      if (pipe) return pipe;
      this.#free.push(...(await this.#make()));
    }
  }

  close(): void {
    for (const { read, write } of this.#free.splice(0)) {
      closeSync(read);
      closeSync(write);
    }
  }

  async #make(): Promise<PipeEnds[]> {
    const child = spawn('sh', ['-c', holder], { env: { PATH: this.#path }, stdio: ['pipe', 'pipe', 'ignore'] });
    const closed = once(child, 'close');
    try {
      const pid = await firstLine(child.stdout);
      return held.map((fd) => {
        const at = `/proc/${Number(pid)}/fd/${fd}`;
        const read = openSync(at, constants.O_RDONLY);
        return { read, write: openSync(at, constants.O_WRONLY | constants.O_NONBLOCK) };
      });
    } finally {
      child.stdin.end();
      await closed;
    }
  }
}

async function firstLine(source: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of source) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('sh cannot make pipes');
}
