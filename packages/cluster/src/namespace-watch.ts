import { ConnectionLostError, type Pod, type PodListener, type PodWatch } from '@podwright/core';
import type { ApiClient } from './api-client.ts';
import { PodStates, type TellPod } from './pod-states.ts';
import { repeat } from './repeat.ts';
import { unwrap } from './outcome.ts';
import type { ClusterTiming } from './timing.ts';
import { DeadlineError, withDeadline } from './wait.ts';
import { watchPods, type WatchSink } from './watch-pods.ts';

interface Deps {
  readonly api: ApiClient;
  readonly namespace: string;
  readonly timing: ClusterTiming;
  /** Told once, when this watch has ended and must not be used again. */
  readonly onEnd: () => void;
}

/** Somebody waiting for the watch to be up. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** One call of `add`, as long as it lasts. */
interface Subscription {
  readonly tell: TellPod;
  readonly onError: (error: Error) => void;
  readonly close: () => void;
  /** Whether it was told any state. */
  told: boolean;
  /** Whether `add` has resolved: only then are errors told, before they are thrown. */
  ready: boolean;
}

/**
 * The one watch of a namespace, shared by all jobs that have a Pod there. It runs from its making until nobody has
 * listened for a while, until `close`, or until an error that all listeners are told.
 */
export class NamespaceWatch {
  private readonly states = new PodStates();
  private readonly subscriptions = new Set<Subscription>();
  private readonly waiters = new Set<Waiter>();
  private readonly stop = new AbortController();
  private established = false;
  private trouble = 'it has not been opened yet';
  private linger: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {
    const { api, namespace, timing } = deps;
    const sink: WatchSink = {
      onList: (pods, version) => this.states.replaceAll(pods, version),
      onEvent: (pod, event) => this.states.apply(pod, event),
      onEstablished: () => this.setEstablished(),
      onBroken: (why) => {
        this.established = false;
        this.trouble = why;
      },
    };
    watchPods({ api, namespace, timing, sink }, this.stop.signal).catch((error: unknown) => this.fail(error as Error));
  }

  /**
   * Listens to one Pod. `signal` counts until this resolves, then `close` of what it gives.
   * @throws ClusterApiError when the watch is refused
   * @throws ConnectionLostError when there is no watch in time
   */
  async add(name: string, listener: PodListener, signal: AbortSignal): Promise<PodWatch> {
    clearTimeout(this.linger);
    const subscription = this.subscribe(name, listener);
    try {
      await this.untilEstablished(signal);
      if (!subscription.told) await this.tellCurrent(name, subscription.tell, signal);
      this.stop.signal.throwIfAborted();
    } catch (error) {
      subscription.close();
      throw error;
    }
    subscription.ready = true;
    return { close: subscription.close };
  }

  /** A Pod of this namespace that was just created. */
  noteCreated(pod: Pod): void {
    this.states.noteCreated(pod);
  }

  /** Ends the watch at once. Listeners are told nothing more; who waits for the watch gets an error. */
  close(): void {
    for (const subscription of this.subscriptions) subscription.ready = false;
    this.fail(new ConnectionLostError('the connection to the cluster was closed'));
  }

  private subscribe(name: string, listener: PodListener): Subscription {
    const subscription: Subscription = {
      told: false,
      ready: false,
      tell: (pod) => {
        subscription.told = true;
        try {
          listener.onChange(pod);
        } catch (error) {
          // A listener that fails is a bug of its own; the other jobs go on.
          subscription.close();
          listener.onError(error instanceof Error ? error : new Error(String(error)));
        }
      },
      onError: (error) => listener.onError(error),
      close: () => {
        if (!this.subscriptions.delete(subscription)) return;
        stopListening();
        if (this.subscriptions.size === 0) this.startLinger();
      },
    };
    const stopListening = this.states.listen(name, subscription.tell);
    this.subscriptions.add(subscription);
    return subscription;
  }

  /** The state known now, for a listener that came while the watch was live. */
  private async tellCurrent(name: string, tell: TellPod, signal: AbortSignal): Promise<void> {
    const state = this.states.state(name);
    if (state === 'unknown') return;
    if (state !== 'known') return tell(state);
    const { api, namespace, timing } = this.deps;
    const request = { verb: 'get', resource: 'pods', namespace, name } as const;
    const outcome = await repeat('read', () => api.send<Pod>(request, signal), timing, signal);
    // Gone meanwhile: the watch tells that, if it has not yet.
    if (outcome.kind === 'refused' && outcome.error.status === 404) return;
    this.states.apply(unwrap(outcome), 'present');
  }

  private async untilEstablished(signal: AbortSignal): Promise<void> {
    if (this.established) return signal.throwIfAborted();
    const { timing, namespace } = this.deps;
    await withDeadline(
      timing.establish,
      signal,
      async (inner) =>
        new Promise<void>((resolve, reject) => {
          const waiter = { resolve, reject };
          this.waiters.add(waiter);
          inner.addEventListener('abort', () => {
            this.waiters.delete(waiter);
            reject(inner.reason as Error);
          });
        }),
    ).catch((error: unknown) => {
      if (!(error instanceof DeadlineError)) throw error;
      throw new ConnectionLostError(`watch pods in namespace ${namespace}: no watch in time: ${this.trouble}`);
    });
  }

  private setEstablished(): void {
    this.established = true;
    for (const { resolve } of this.waiters) resolve();
    this.waiters.clear();
  }

  private startLinger(): void {
    this.linger = setTimeout(() => this.close(), this.deps.timing.linger);
    this.linger.unref();
  }

  private fail(error: Error): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort(error);
    clearTimeout(this.linger);
    this.deps.onEnd();
    const waiters = [...this.waiters];
    const told = [...this.subscriptions].filter(({ ready }) => ready);
    this.waiters.clear();
    this.subscriptions.clear();
    for (const { reject } of waiters) reject(error);
    for (const { onError } of told) onError(error);
  }
}
