import type { LogOptions } from '../node.ts';
import type { ContainerLog } from './container-log.ts';

const newline = 0x0a;

/**
 * Serves a container's log as the log request of Kubernetes does: the last lines only, with the time before each line,
 * no more than so many bytes.
 */
export async function* logStream(
  log: ContainerLog,
  { follow, tailLines, limitBytes, timestamps }: Omit<LogOptions, 'previous'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let skip = tailLines === undefined ? 0 : Math.max(0, (await countLines(log, signal)) - tailLines);
  let room = limitBytes ?? Infinity;
  let lineStart = true;
  for await (const entry of log.read(0, follow, signal)) {
    const [data, left] = skipLines(entry.data, skip);
    skip = left;
    if (data.length === 0) continue;
    const piece = timestamps ? stamp(data, entry.time, lineStart) : data;
    lineStart = data.at(-1) === newline;
    yield piece.length > room ? piece.subarray(0, room) : piece;
    room -= piece.length;
    if (room <= 0) return;
  }
}

/** Lines so far, one that is not finished included. */
async function countLines(log: ContainerLog, signal: AbortSignal): Promise<number> {
  let lines = 0;
  let last = newline;
  for await (const { data } of log.read(0, false, signal)) {
    for (let at = data.indexOf(newline); at >= 0; at = data.indexOf(newline, at + 1)) lines += 1;
    last = data.at(-1) ?? last;
  }
  return last === newline ? lines : lines + 1;
}

/** @returns what follows the first so many lines, and how many are still to be skipped */
function skipLines(data: Buffer, count: number): [Buffer, number] {
  let from = 0;
  for (let left = count; left > 0; left -= 1) {
    const at = data.indexOf(newline, from);
    if (at < 0) return [Buffer.alloc(0), left];
    from = at + 1;
  }
  return [data.subarray(from), 0];
}

function stamp(data: Buffer, time: number, lineStart: boolean): Buffer {
  const prefix = Buffer.from(`${new Date(time).toISOString().replace('Z', '000000Z')} `);
  const pieces: Buffer[] = lineStart ? [prefix] : [];
  for (let from = 0; from < data.length;) {
    const at = data.indexOf(newline, from);
    const next = at < 0 ? data.length : at + 1;
    pieces.push(data.subarray(from, next));
    if (at >= 0 && next < data.length) pieces.push(prefix);
    from = next;
  }
  return Buffer.concat(pieces);
}
