import type { PodListener } from '@podwright/core';
import type { ApiClient, ApiRequest } from './api-client.ts';
import type { Outcome } from './outcome.ts';
import { toWarning, type EventObject } from './pod-warnings.ts';
import { LineSplitter } from './split-lines.ts';
import { backoff, type ClusterTiming } from './timing.ts';
import { onAbort, sleep } from './wait.ts';

interface Deps {
  readonly api: ApiClient;
  readonly namespace: string;
  readonly timing: ClusterTiming;
  /** Told once, when this watch has ended and must not be used again. */
  readonly onEnd: () => void;
}

/** The parts of an Event (core/v1) that are used, within an event of a watch. */
interface WatchedEvent {
  readonly type?: string;
  readonly object?: EventObject & {
    readonly involvedObject?: { readonly name?: string; readonly fieldPath?: string };
    readonly metadata?: { readonly resourceVersion?: string };
  };
}

/** Who is told of one Pod. */
type EventListener = Pick<PodListener, 'onStarted' | 'onWarning'>;

/** What every Pod causes and nobody here needs. Started and all warnings remain: a selector has no "or". */
const frequent = ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Killing'];
const selector = ['involvedObject.kind=Pod', ...frequent.map((reason) => `reason!=${reason}`)].join(',');
const lineLimit = 1024 * 1024;
/** A watch that ends sooner, in milliseconds, is not opened again without a growing pause. */
const shortWatch = 1_000;

/**
 * Tells when the kubelet says, in an Event, that it started a container: up to a second before the Pod's status does; and
 * what anybody warns of. Only hints: the watch is silent about what it missed, and stays silent where events may not be
 * watched.
 */
export class EventWatch {
  private readonly listeners = new Map<string, EventListener>();
  private readonly stop = new AbortController();
  private failures = 0;
  private linger: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {
    void this.run();
  }

  /** Listens to one Pod. @returns stop */
  listen(pod: string, listener: EventListener): () => void {
    clearTimeout(this.linger);
    this.listeners.set(pod, listener);
    return () => {
      if (!this.listeners.delete(pod) || this.listeners.size > 0) return;
      this.linger = setTimeout(() => this.close(), this.deps.timing.linger);
      this.linger.unref();
    };
  }

  close(): void {
    clearTimeout(this.linger);
    this.stop.abort();
    this.deps.onEnd();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    const { backoffMin, watchBackoffMax } = this.deps.timing;
    while (!signal.aborted) {
      const mayGoOn = await this.round().catch(() => true);
      this.failures += 1;
      if (!mayGoOn) return;
      await sleep(backoff(this.failures - 1, backoffMin, watchBackoffMax), signal).catch(() => undefined);
    }
  }

  /** One watch to its end, from now on. @returns false when it is refused */
  private async round(): Promise<boolean> {
    const { api, timing } = this.deps;
    const { signal } = this.stop;
    const listed = await api.send<WatchedEvent['object']>(this.request('list', { limit: '1' }), signal);
    if (listed.kind !== 'answered') return !isRefused(listed);
    const seconds = Math.ceil(timing.watch / 1000);
    const resourceVersion = listed.value?.metadata?.resourceVersion ?? '';
    const query = { watch: 'true', resourceVersion, timeoutSeconds: String(seconds) };
    const opened = await api.open(this.request('watch', query), seconds * 1000 + timing.watchMargin, signal);
    if (opened.kind !== 'answered') return !isRefused(opened);
    const { body } = opened.value;
    const begun = Date.now();
    const remove = onAbort(signal, () => void body.destroy());
    try {
      const lines = new LineSplitter(lineLimit, (line) => this.handle(line));
      for await (const chunk of body) lines.push(chunk as Uint8Array);
    } finally {
      remove();
      body.destroy();
      if (Date.now() - begun >= shortWatch) this.failures = 0;
    }
    return true;
  }

  private handle(line: Buffer): void {
    const { type, object } = JSON.parse(line.toString('utf8')) as WatchedEvent;
    // Modified: the same was seen once more.
    if (object === undefined || (type !== 'ADDED' && type !== 'MODIFIED')) return;
    this.failures = 0;
    const listener = this.listeners.get(object.involvedObject?.name ?? '');
    if (object.type === 'Warning') listener?.onWarning?.(toWarning(object));
    if (object.reason !== 'Started' || type !== 'ADDED') return;
    const container = /^spec\.containers\{(.*)\}$/.exec(object.involvedObject?.fieldPath ?? '')?.[1];
    if (container !== undefined) listener?.onStarted?.(container);
  }

  private request(verb: 'list' | 'watch', query: Record<string, string>): ApiRequest {
    const { namespace } = this.deps;
    return { verb, resource: 'events', namespace, query: { fieldSelector: selector, ...query } };
  }
}

/** Whether the API said no for good; anything else may pass. */
function isRefused(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'refused' && [401, 403, 404].includes(outcome.error.status);
}
