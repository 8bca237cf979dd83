interface Closable {
  close(): void;
}

/** One watch for each namespace, made when it is first asked for and forgotten when it ends. */
export class PerNamespace<W extends Closable> {
  private readonly watches = new Map<string, W>();

  /** @param make given what to call when the watch has ended and must not be used again */
  constructor(private readonly make: (namespace: string, onEnd: () => void) => W) {}

  of(namespace: string): W {
    const known = this.find(namespace);
    if (known !== undefined) return known;
    const watch = this.make(namespace, () => this.watches.delete(namespace));
    this.watches.set(namespace, watch);
    return watch;
  }

  /** The one that is there, if any. */
  find(namespace: string): W | undefined {
    return this.watches.get(namespace);
  }

  close(): void {
    for (const watch of this.watches.values()) watch.close();
  }
}
