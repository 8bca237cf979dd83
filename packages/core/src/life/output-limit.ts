/** Lets through so many bytes of a job's output, and no more. */
export class OutputLimit {
  #left: number;

  /** @param bytes `Infinity` for all there is */
  constructor(readonly bytes: number) {
    this.#left = bytes;
  }

  /** Whether something was cut off. */
  get isExceeded(): boolean {
    return this.#left < 0;
  }

  /** What of a piece may be shown: never a part of a character in UTF-8. */
  take(piece: Uint8Array): Uint8Array {
    if (this.#left < 0) return piece.subarray(0, 0);
    const left = this.#left;
    this.#left -= piece.length;
    return piece.length <= left ? piece : piece.subarray(0, startOfCharacter(piece, left));
  }
}

/** The first byte of the character that the byte at a place belongs to. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}
