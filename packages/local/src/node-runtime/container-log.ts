import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { EventEmitter, once } from 'node:events';

/** What a container wrote to one of its streams, at once. */
export interface LogEntry {
  readonly stream: 'stdout' | 'stderr';
  /** When it was read, in milliseconds since 1970. */
  readonly time: number;
  readonly data: Buffer;
}

/** Bytes before each entry: length, stream, time. */
const headerBytes = 4 + 1 + 8;

/** Bytes that are read from the file at once. */
const readBytes = 256 * 1024;

/**
 * All that a container wrote, in order, in one file; memory does not grow with it. Each piece is kept with its stream and
 * time, so a reader gets back exactly the bytes that were written.
 */
export class ContainerLog {
  readonly #path: string;
  readonly #fd: number;
  readonly #events = new EventEmitter();
  #length = 0;
  #ended = false;

  /** @param path of a file that does not exist yet */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND, 0o600);
    this.#events.setMaxListeners(0);
  }

  /** Where the next entry will be. */
  get length(): number {
    return this.#length;
  }

  /** Synchronously, so that the two streams stay in order and nothing is pending in memory; it is a copy to the page cache. */
  append(stream: LogEntry['stream'], data: Uint8Array): void {
    const header = Buffer.alloc(headerBytes);
    header.writeUInt32BE(data.length, 0);
    header.writeUInt8(stream === 'stdout' ? 1 : 2, 4);
    header.writeDoubleBE(Date.now(), 5);
    writeFully(this.#fd, header);
    writeFully(this.#fd, data);
    this.#length += headerBytes + data.length;
    this.#events.emit('change');
  }

  /** Nothing more will come: those who follow come to their end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    closeSync(this.#fd);
    this.#events.emit('change');
  }

  /**
   * Reads entries, at the reader's own pace.
   * @param from position of the first; a value that `length` had
   * @param follow whether to wait for more until the log ends or the signal aborts
   */
  async *read(from: number, follow: boolean, signal: AbortSignal): AsyncGenerator<LogEntry> {
    const file = await open(this.#path);
    try {
      for (let position = from; !signal.aborted;) {
        const end = this.#length;
        for await (const [entry, next] of entriesBetween(file, position, end)) {
          yield entry;
          if (signal.aborted) return;
          position = next;
        }
        if (this.#length > end) continue;
        if (!follow || this.#ended) return;
        await once(this.#events, 'change', { signal }).catch(() => {});
      }
    } finally {
      await file.close();
    }
  }
}

async function* entriesBetween(file: FileHandle, from: number, end: number): AsyncGenerator<[LogEntry, number]> {
  let buffer = Buffer.alloc(0);
  for (let read = from, position = from; position < end;) {
    const more = Buffer.allocUnsafe(Math.min(readBytes, end - read));
    const { bytesRead } = await file.read(more, 0, more.length, read);
    if (bytesRead === 0) return;
    read += bytesRead;
    buffer = buffer.length === 0 ? more.subarray(0, bytesRead) : Buffer.concat([buffer, more.subarray(0, bytesRead)]);
    let used = 0;
    for (let entry = entryAt(buffer, used); entry; entry = entryAt(buffer, used)) {
      used += headerBytes + entry.data.length;
      yield [entry, position + used];
    }
    position += used;
    buffer = buffer.subarray(used);
  }
}

function entryAt(buffer: Buffer, at: number): LogEntry | undefined {
  if (buffer.length < at + headerBytes) return undefined;
  const length = buffer.readUInt32BE(at);
  const start = at + headerBytes;
  if (buffer.length < start + length) return undefined;
  const stream = buffer.readUInt8(at + 4) === 1 ? 'stdout' : 'stderr';
  return { stream, time: buffer.readDoubleBE(at + 5), data: buffer.subarray(start, start + length) };
}

function writeFully(fd: number, data: Uint8Array): void {
  for (let written = 0; written < data.length;) written += writeSync(fd, data, written);
}
