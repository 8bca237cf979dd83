/** What can be taken from `Leases`. */
interface Closable {
  close(): Promise<void>;
}

/** The right to use something until `release`. */
export interface Lease<T> {
  readonly value: T;
  /** Idempotent. */
  readonly release: () => void;
}

interface Entry<T> {
  readonly value: T;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Things that are made when they are needed, one for each key: shared by all who use them at a time, and closed once
 * nobody has used them for a while.
 */
export class Leases<T extends Closable> {
  private readonly entries = new Map<string, Entry<T>>();

  /** @param linger milliseconds that something unused is kept for the next user */
  constructor(
    private readonly make: (key: string) => T,
    private readonly linger: number,
  ) {}

  take(key: string): Lease<T> {
    const entry = this.entries.get(key) ?? this.add(key);
    clearTimeout(entry.timer);
    entry.users += 1;
    let released = false;
    return {
      value: entry.value,
      release: () => {
        if (released) return;
        released = true;
        entry.users -= 1;
        if (entry.users === 0) this.closeLater(key, entry);
      },
    };
  }

  /** Closes everything, in use or not. */
  async close(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const { timer } of entries) clearTimeout(timer);
    await Promise.all(entries.map(async ({ value }) => value.close()));
  }

  private add(key: string): Entry<T> {
    const entry: Entry<T> = { value: this.make(key), users: 0, timer: undefined };
    this.entries.set(key, entry);
    return entry;
  }

  private closeLater(key: string, entry: Entry<T>): void {
    if (this.entries.get(key) !== entry) return;
    entry.timer = setTimeout(() => {
      this.entries.delete(key);
      void entry.value.close();
    }, this.linger);
    entry.timer.unref();
  }
}
