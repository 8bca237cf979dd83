/** A watch that cannot go on as it is, but can be opened again. */
export class BrokenWatch extends Error {
  override readonly name = 'BrokenWatch';
  /** Whether the next one can go on at the last version seen, or everything has to be listed anew. */
  readonly thread: 'kept' | 'lost';
  /** Milliseconds that the API asked to wait; 0 when it said nothing. */
  readonly askedPause: number;
  /** The API no longer has the version (410): nothing is wrong, and listing helps. */
  readonly expired: boolean;

  constructor(
    message: string,
    options: { thread: 'kept' | 'lost'; askedPause?: number; expired?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.thread = options.thread;
    this.askedPause = options.askedPause ?? 0;
    this.expired = options.expired ?? false;
  }
}
