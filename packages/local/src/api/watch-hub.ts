import type { StoreEvent } from './history.ts';
import type { Store } from './store.ts';
import { Watch, type WatchOptions } from './watch.ts';

/** Milliseconds between two bookmarks of each watch that wants them. */
const bookmarkInterval = 60_000;

/** A change as JSON, made once for all watches that tell it. */
export class EncodedEvent {
  private json: string | undefined;

  constructor(private readonly event: StoreEvent) {}

  line(type: StoreEvent['type']): string {
    this.json ??= JSON.stringify(this.event.object);
    return `{"type":"${type}","object":${this.json}}\n`;
  }
}

/**
 * Tells watches of changes. They are kept by what they watch (a name, a namespace, all), so that a change costs
 * nothing for the watches that it does not concern.
 */
export class WatchHub {
  private readonly watches = new Map<string, Set<Watch>>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly store: Store) {
    store.onChange((event) => this.tell(event));
    this.timer = setInterval(() => this.each((watch) => watch.bookmark()), bookmarkInterval);
    this.timer.unref();
  }

  /**
   * Begins a watch.
   * @param from the version after which changes are told; absent: what exists is told as added, then the changes
   */
  open(options: WatchOptions, from: number | undefined): { readonly watch: Watch; close(): void } {
    const watch = new Watch(options, this.store, from ?? this.store.version);
    const key = watchKey(options.resource.plural, options.namespace, options.selector.name);
    const set = this.watches.get(key) ?? new Set();
    this.watches.set(key, set.add(watch));
    if (from === undefined) {
      const existing = this.store.list(options.resource, options.namespace);
      watch.tellExisting(existing.filter((object) => options.selector.matches(object)));
    } else {
      watch.resume();
    }
    return {
      watch,
      close: () => {
        set.delete(watch);
        if (set.size === 0 && this.watches.get(key) === set) this.watches.delete(key);
      },
    };
  }

  /** Ends all watches as if their versions were too old. */
  expireAll(): void {
    this.each((watch) => watch.expire());
  }

  close(): void {
    clearInterval(this.timer);
  }

  private tell(event: StoreEvent): void {
    const { plural } = event.resource;
    const { namespace = '', name } = event.object.metadata;
    const keys = [
      watchKey(plural, undefined, undefined),
      watchKey(plural, undefined, name),
      watchKey(plural, namespace, undefined),
      watchKey(plural, namespace, name),
    ];
    const encoded = new EncodedEvent(event);
    for (const key of keys) {
      for (const watch of this.watches.get(key) ?? []) watch.offer(event, encoded);
    }
  }

  private each(act: (watch: Watch) => void): void {
    const all = [...this.watches.values()].flatMap((set) => [...set]);
    all.forEach(act);
  }
}

/** Names and namespaces have no slash. */
function watchKey(plural: string, namespace: string | undefined, name: string | undefined): string {
  return `${plural}/${namespace ?? '*'}/${name ?? '*'}`;
}
