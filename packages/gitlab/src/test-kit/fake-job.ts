/** How an upload was described. */
export interface Upload {
  readonly filename: string;
  readonly format: string;
  /** As in the CI file, such as `1 week`; null when nothing was asked for. */
  readonly expireIn: string | null;
}

/** GitLab's idea of a job. */
export class FakeJob {
  /**
   * GitLab's word: `created`, `pending` (until the runner that it was handed to accepts it), `running`, `canceling`,
   * `canceled`, `success`, `failed`.
   */
  status = 'running';
  /** Bodies of its PUTs that were served. */
  readonly updates: Record<string, unknown>[] = [];
  /** What was uploaded, by type, such as `archive` or `junit`. */
  readonly artifacts = new Map<string, Buffer>();
  /** The same, as it was described. */
  readonly uploads = new Map<string, Upload>();
  /** How many final updates are answered with 202 before one is taken. */
  digesting = 0;
  /** Reasons of failure that the job was told to be known (`features.failure_reasons`); nothing is checked without. */
  failureReasons: readonly string[] | undefined;
  private pieces: Uint8Array[] = [];
  private bytes = 0;

  constructor(
    readonly id: number,
    readonly token: string,
  ) {}

  get trace(): Buffer {
    const whole = Buffer.concat(this.pieces);
    this.pieces = [whole];
    return whole;
  }

  set trace(bytes: Buffer) {
    this.pieces = [bytes];
    this.bytes = bytes.length;
  }

  /** Bytes of the log. */
  get size(): number {
    return this.bytes;
  }

  append(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Whether GitLab still takes something of it. */
  get isOpen(): boolean {
    return this.status === 'running' || this.status === 'canceling';
  }

  /** Whether it has its result. */
  get isOver(): boolean {
    return this.status === 'success' || this.status === 'failed' || this.status === 'canceled';
  }
}
