import type { Verb } from './http/request-info.ts';

/** Counts the requests that the API was sent, refused ones included; for tests with a budget. */
export class RequestCounter {
  private readonly counts = new Map<string, number>();

  /** @param resource with the subresource, as in `pods/exec`; empty for discovery */
  add(verb: Verb, resource: string): void {
    const key = `${verb} ${resource}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** How often a verb was used on a resource. */
  count(verb: Verb, resource: string): number {
    return this.counts.get(`${verb} ${resource}`) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** By verb and resource, such as `get pods/exec`. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  reset(): void {
    this.counts.clear();
  }
}
