import { ClusterApiError, type Pod } from '@podwright/core';
import type { ApiClient, ApiRequest } from './api-client.ts';
import { BrokenWatch } from './broken-watch.ts';
import type { Outcome } from './outcome.ts';
import { LineSplitter } from './split-lines.ts';
import { backoff, type ClusterTiming } from './timing.ts';
import { onAbort, sleep } from './wait.ts';
import { parseWatchEvent } from './watch-event.ts';

/** Every Pod of podwright has this label; the watch sees no others. */
const podSelector = 'app.kubernetes.io/managed-by=podwright';

/** Who is told what a watch sees. */
export interface WatchSink {
  /** All Pods, as of `version`: at the start, and whenever the thread of events was lost. */
  onList(pods: readonly Pod[], version: string | undefined): void;
  onEvent(pod: Pod, event: 'present' | 'deleted'): void;
  /** From now on nothing is missed, until `onBroken`; then it is taken up again where it was left. */
  onEstablished(): void;
  onBroken(why: string): void;
}

interface Deps {
  readonly api: ApiClient;
  readonly namespace: string;
  readonly timing: ClusterTiming;
  readonly sink: WatchSink;
}

interface PodPage {
  readonly items?: readonly Pod[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

const pageSize = '500';
/** etcd takes objects of 1.5 MiB; JSON and the event around it make them larger. */
const lineLimit = 16 * 1024 * 1024;
/** So often in a row may list or watch be refused, since tokens are renewed and authorizers hiccup. */
const refusalsAllowed = 3;
/** A watch that ends sooner is not opened again without a pause. */
const shortWatch = 1_000;

/**
 * Follows the Pods of one namespace, by list and watch, until `signal` is aborted: resumes broken watches at the last
 * version seen, lists anew where that is gone (410), and waits with growing pauses in between.
 * @throws ClusterApiError when listing or watching is refused again and again; it names the verb
 * @throws ConnectionLostError when the server's certificate does not hold
 * @throws the signal's reason
 */
export async function watchPods(deps: Deps, signal: AbortSignal): Promise<never> {
  const watch = new PodsWatch(deps, signal);
  for (;;) await sleep(await watch.round(), signal);
}

class PodsWatch {
  private version: string | undefined;
  /** Rounds in a row that brought no event: the pause grows with them. */
  private failures = 0;
  private refusals = 0;

  constructor(
    private readonly deps: Deps,
    private readonly signal: AbortSignal,
  ) {}

  /** One list, if needed, and one watch to its end. @returns milliseconds to wait before the next */
  async round(): Promise<number> {
    const begun = Date.now();
    this.failures += 1;
    try {
      this.version ??= await this.list();
      await this.follow();
      this.deps.sink.onBroken('the API server ended the watch');
      if (Date.now() - begun >= shortWatch) this.failures = 0;
      return this.failures === 0 ? 0 : this.pause();
    } catch (error) {
      this.signal.throwIfAborted();
      if (!(error instanceof BrokenWatch)) throw error;
      this.deps.sink.onBroken(error.message);
      if (error.thread === 'lost') this.version = undefined;
      return error.expired && this.failures <= 1 ? 0 : Math.max(error.askedPause, this.pause());
    }
  }

  private pause(): number {
    const { backoffMin, watchBackoffMax } = this.deps.timing;
    return backoff(Math.max(0, this.failures - 1), backoffMin, watchBackoffMax);
  }

  private async list(): Promise<string | undefined> {
    const pods: Pod[] = [];
    let page: PodPage;
    let next = '';
    do {
      const query = { labelSelector: podSelector, limit: pageSize, ...(next === '' ? {} : { continue: next }) };
      const outcome = await this.deps.api.send<PodPage>(this.request('list', query), this.signal);
      page = this.accept(outcome, 'list');
      for (const pod of page.items ?? []) pods.push(pod);
      next = page.metadata?.continue ?? '';
    } while (next !== '');
    this.deps.sink.onList(pods, page.metadata?.resourceVersion);
    return page.metadata?.resourceVersion;
  }

  private async follow(): Promise<void> {
    const { api, sink, timing } = this.deps;
    const seconds = Math.ceil((timing.watch * (1 + Math.random() / 4)) / 1000);
    const query = {
      labelSelector: podSelector,
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      ...(this.version === undefined ? {} : { resourceVersion: this.version }),
    };
    const silence = seconds * 1000 + timing.watchMargin;
    const outcome = await api.open(this.request('watch', query), silence, this.signal);
    const { body } = this.accept(outcome, 'watch');
    this.refusals = 0;
    const remove = onAbort(this.signal, () => void body.destroy());
    sink.onEstablished();
    try {
      await this.readEvents(body);
    } finally {
      remove();
      body.destroy();
    }
  }

  private async readEvents(body: AsyncIterable<Uint8Array>): Promise<void> {
    const lines = new LineSplitter(lineLimit, (line) => this.handle(line));
    try {
      for await (const chunk of body) lines.push(chunk);
    } catch (error) {
      if (error instanceof BrokenWatch) throw error;
      const thread = error instanceof RangeError ? 'lost' : 'kept';
      throw new BrokenWatch('the watch broke', { thread, cause: error });
    }
  }

  private handle(line: Buffer): void {
    const event = parseWatchEvent(line);
    if (event === undefined) throw new BrokenWatch('the watch sent what is not an event', { thread: 'lost' });
    if (event.type === 'ERROR') {
      const { code, message = '' } = event.object;
      throw new BrokenWatch(`the watch ended: ${message} (${code})`, { thread: 'lost', expired: code === 410 });
    }
    this.failures = 0;
    this.version = event.object.metadata?.resourceVersion ?? this.version;
    if (event.type === 'BOOKMARK') return;
    this.deps.sink.onEvent(event.object, event.type === 'DELETED' ? 'deleted' : 'present');
  }

  /** The value of an answer. @throws BrokenWatch when trying again makes sense, else the error itself */
  private accept<T>(outcome: Outcome<T>, verb: 'list' | 'watch'): T {
    if (outcome.kind === 'answered') return outcome.value;
    const { message } = outcome.error;
    if (outcome.kind !== 'refused') {
      if (outcome.kind === 'untrusted') this.countRefusal(outcome.error);
      throw new BrokenWatch(message, { thread: 'kept', cause: outcome.error });
    }
    const { error, retryAfter = 0 } = outcome;
    if (error.status === 410) throw new BrokenWatch(message, { thread: 'lost', expired: true, cause: error });
    const passing = error.status >= 500 || error.status === 408 || error.status === 429;
    if (!passing) this.countRefusal(withVerb(error, verb, this.deps.namespace));
    throw new BrokenWatch(message, { thread: 'kept', askedPause: retryAfter, cause: error });
  }

  private countRefusal(error: Error): void {
    this.refusals += 1;
    if (this.refusals >= refusalsAllowed) throw error;
  }

  private request(verb: 'list' | 'watch', query: Record<string, string>): ApiRequest {
    return { verb, resource: 'pods', namespace: this.deps.namespace, query };
  }
}

function withVerb(error: ClusterApiError, verb: 'list' | 'watch', namespace: string): ClusterApiError {
  if (error.status !== 403) return error;
  const message = `${error.message}; podwright needs the verbs list and watch on pods in namespace ${namespace}, and ${verb} is missing`;
  return new ClusterApiError(message, error.status, error.reason, { cause: error });
}
