import { messageOf, type Logger } from '@podwright/core';
import type { Outcome } from './repeat.ts';

/**
 * Says at once when GitLab does not answer, or has trouble, and a request is repeated in silence; once, until it answers
 * again, which is said as well. What fails for good is for others to report.
 */
export class Reachability {
  private troubledSince: number | undefined;

  constructor(private readonly logger: Pick<Logger, 'warn' | 'info'> | undefined) {}

  /** @param what what was asked, and of whom; without tokens */
  note(what: string, outcome: Outcome, isRepeated: boolean): void {
    if (outcome.kind === 'answered' && outcome.answer.status < 500) {
      this.answered();
      return;
    }
    if (this.troubledSince !== undefined) return;
    this.troubledSince = Date.now();
    if (!isRepeated) return;
    const why = outcome.kind === 'answered' ? `${what}: HTTP ${outcome.answer.status}` : messageOf(outcome.error);
    this.logger?.warn({}, `GitLab has trouble or cannot be reached, trying again: ${why}`);
  }

  private answered(): void {
    if (this.troubledSince === undefined) return;
    const seconds = Math.round((Date.now() - this.troubledSince) / 1000);
    this.troubledSince = undefined;
    this.logger?.info({ seconds }, 'GitLab answers again');
  }
}
