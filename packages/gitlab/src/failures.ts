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

  /**
   * Milliseconds until the next try: what GitLab asked for, or a pause that grows.
   * @param min the pause without failures
   */
  pause(min: number, max: number): number {
    if (this.count === 0) return min;
    const asked = this.last instanceof CoordinatorError ? (this.last.retryAfter ?? 0) : 0;
    return Math.max(asked, backoff(this.count, min, Math.max(min, max)));
  }
}
