import { expired } from './api-error.ts';
import type { StoreEvent } from './history.ts';
import type { StoredObject } from './kube-object.ts';
import type { Resource } from './resources/resource.ts';
import type { Selector } from './selectors.ts';
import type { Store } from './store.ts';
import type { EncodedEvent } from './watch-hub.ts';

/** Where a watch writes its lines. */
interface WatchSink {
  /** @returns false when nothing more should be written until `Watch.resume` is called */
  write(line: string): boolean;
  /** The watch is over: the client has to start again. */
  end(): void;
}

export interface WatchOptions {
  readonly resource: Resource;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly selector: Selector;
  /** Whether the client understands `BOOKMARK` lines. */
  readonly bookmarks: boolean;
  /** How an object is shown in a line; as JSON of itself when absent. */
  readonly show?: (object: StoredObject) => object;
  readonly sink: WatchSink;
}

/**
 * One client that is told of changes. It keeps no queue: when its client is slow it stops, and later goes on from the
 * history, or, when that does not reach back far enough, is ended with a 410.
 */
export class Watch {
  private position: number;
  private blocked = false;
  private ended = false;

  /** @param from the version after which changes are told */
  constructor(
    readonly options: WatchOptions,
    private readonly store: Store,
    from: number,
  ) {
    this.position = from;
  }

  /** Tells objects that exist as if they had just been added. */
  tellExisting(objects: readonly StoredObject[]): void {
    for (const object of objects) this.write(this.line('ADDED', object));
  }

  /** Tells what happened after the version that the watch began with. */
  resume(): void {
    if (this.ended) return;
    this.blocked = false;
    const missed = this.store.history(this.options.resource).since(this.position);
    if (missed === undefined) return this.expire();
    for (const event of missed) {
      if (this.blocked) return;
      if (this.concerns(event)) this.offer(event);
      else this.position = event.version;
    }
  }

  /** A change in the watched namespace, or of the watched name. */
  offer(event: StoreEvent, encoded?: EncodedEvent): void {
    if (this.blocked || this.ended || event.version <= this.position) return;
    this.position = event.version;
    const line = this.lineFor(event, encoded);
    if (line !== undefined) this.write(line);
  }

  /** Tells how far the watch is, so that a client without changes can resume near the present. */
  bookmark(): void {
    if (!this.options.bookmarks || this.blocked || this.ended) return;
    const { kind } = this.options.resource;
    const metadata = { resourceVersion: String(this.store.version), creationTimestamp: null };
    this.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind, apiVersion: 'v1', metadata } })}\n`);
  }

  /** Ends the watch as a version that is too old does: an ERROR line with a 410. */
  expire(): void {
    if (this.ended) return;
    this.ended = true;
    const { oldest } = this.store.history(this.options.resource);
    const status = expired(`too old resource version: ${this.position} (${oldest})`).toStatus();
    this.options.sink.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    this.options.sink.end();
  }

  private concerns({ object }: StoreEvent): boolean {
    return this.options.namespace === undefined || this.options.namespace === (object.metadata.namespace ?? '');
  }

  private lineFor(event: StoreEvent, encoded: EncodedEvent | undefined): string | undefined {
    const { selector } = this.options;
    const now = event.type !== 'DELETED' && selector.matches(event.object);
    const before = event.previous !== undefined && selector.matches(event.previous);
    if (!now && !before) return undefined;
    const type = now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED';
    // What no longer matches is shown as it was while it did, at the version at which that ended.
    const object = now || event.type === 'DELETED' ? event.object : lastMatching(event);
    if (this.options.show !== undefined || object !== event.object || encoded === undefined) {
      return this.line(type, object);
    }
    return encoded.line(type);
  }

  private line(type: StoreEvent['type'], object: StoredObject): string {
    return `${JSON.stringify({ type, object: this.options.show?.(object) ?? object })}\n`;
  }

  private write(line: string): void {
    // What a sink refuses it has taken nevertheless: it asks for a pause.
    if (!this.options.sink.write(line)) this.blocked = true;
  }
}

function lastMatching({ previous, object }: StoreEvent): StoredObject {
  const { resourceVersion } = object.metadata;
  const last = previous ?? object;
  return { ...last, metadata: { ...last.metadata, resourceVersion } };
}
