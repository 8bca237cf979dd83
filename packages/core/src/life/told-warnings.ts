import type { PodWarning } from '../ports.ts';
import type { JobTrace } from './trace.ts';

/** Lines that are written while a Pod waits; the rest is told when it has failed. */
const mostWhileWaiting = 10;

/** What the cluster says of one Pod, in the trace: each message once, however often and in whichever way it comes. */
export class ToldWarnings {
  readonly #trace: Pick<JobTrace, 'plain' | 'warn'>;
  readonly #pod: { readonly namespace: string; readonly name: string };
  readonly #told = new Set<string>();

  constructor(trace: Pick<JobTrace, 'plain' | 'warn'>, pod: { readonly namespace: string; readonly name: string }) {
    this.#trace = trace;
    this.#pod = pod;
  }

  /** What the Pod waits for, by its status. */
  waiting(text: string): void {
    if (this.#isNew(text)) this.#trace.plain(`Waiting for pod ${this.#pod.namespace}/${this.#pod.name}: ${text}`);
  }

  /** An event of a Pod that waits. */
  early(warning: PodWarning): void {
    if (this.#told.size < mostWhileWaiting) this.late(warning);
  }

  /** An event of a Pod that has failed. */
  late({ reason, message }: PodWarning): void {
    if (this.#isNew(message)) this.#trace.warn(`Event of pod ${this.#pod.name}: ${reason}: ${message}`);
  }

  #isNew(message: string): boolean {
    const isNew = !this.#told.has(message);
    this.#told.add(message);
    return isNew;
  }
}
