/** Gives its place back; only the first call counts. */
export type Release = () => void;

/** Places for jobs, given out in the order in which they were asked for. */
export class Places {
  private used = 0;
  private readonly queue: (() => void)[] = [];

  /** @param limit may be `Infinity` */
  constructor(private limit: number) {}

  /** Whether somebody waits for a place. */
  get isContended(): boolean {
    return this.queue.length > 0;
  }

  /** A smaller limit takes nobody's place away. */
  setLimit(limit: number): void {
    this.limit = limit;
    this.admit();
  }

  /** @throws the signal's reason when it is aborted before there is a place */
  async take(signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        this.used += 1;
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.queue.push(enter);
      this.admit();
    });
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.used -= 1;
      this.admit();
    };
  }

  private admit(): void {
    while (this.used < this.limit) {
      const next = this.queue.shift();
      if (next === undefined) return;
      next();
    }
  }
}
