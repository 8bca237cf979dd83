import { CoordinatorError } from './errors.ts';
import { backoff } from './timing.ts';

/** Failures since something last went well, and how long to leave GitLab alone for them. */
export class Failures {
  count = 0;
  last: unknown;

  add(error: unknown): void {
    this.count += 1;
    this.last = error;
  }

  clear(): void {
    this.count = 0;
  }

  /** Milliseconds until the next try: a pause that grows between the bounds, or more if GitLab asked for it. */
  pause(min: number, max: number): number {
    const asked = this.last instanceof CoordinatorError ? (this.last.retryAfter ?? 0) : 0;
    return Math.max(asked, backoff(this.count, min, max));
  }
}
