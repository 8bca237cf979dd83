import { crc32 } from 'node:zlib';
import type { TraceDigest } from './job-update.ts';

/** A piece of a log. */
interface TracePiece {
  /** Offset of its first byte. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The part of a log that GitLab does not have yet, and the digest of all of it. */
export class TraceBuffer {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;
  private crc = 0;

  /** @param acknowledged bytes that GitLab has; it may be more than was written so far, or Infinity to keep nothing */
  constructor(private acknowledged: number) {}

  /** Bytes that GitLab does not have. */
  get pending(): number {
    return Math.max(0, this.size - this.acknowledged);
  }

  get digest(): TraceDigest {
    return { checksum: `crc32:${this.crc.toString(16).padStart(8, '0')}`, bytesize: this.size };
  }

  write(chunk: Uint8Array): void {
    this.crc = crc32(chunk, this.crc);
    const known = Math.min(chunk.length, Math.max(0, this.acknowledged - this.size));
    this.size += chunk.length;
    // A copy: the writer may use its memory again.
    if (known < chunk.length) this.chunks.push(Buffer.from(chunk.subarray(known)));
  }

  /** The first at most `limit` bytes that GitLab does not have, or nothing if it has all. */
  first(limit: number): TracePiece | undefined {
    if (this.pending === 0) return undefined;
    const bytes = Buffer.concat(this.chunks, Math.min(limit, this.pending));
    return { start: this.acknowledged, bytes };
  }

  /**
   * Drops what GitLab has now.
   * @returns false, changing nothing, if it has less than it had: those bytes are gone
   */
  acknowledge(size: number): boolean {
    if (size < this.acknowledged) return false;
    let surplus = Math.min(size, this.size) - Math.min(this.acknowledged, this.size);
    this.acknowledged = size;
    for (let chunk = this.chunks[0]; chunk !== undefined && surplus > 0; chunk = this.chunks[0]) {
      if (chunk.length > surplus) this.chunks[0] = chunk.subarray(surplus);
      else this.chunks.shift();
      surplus -= Math.min(surplus, chunk.length);
    }
    return true;
  }
}
