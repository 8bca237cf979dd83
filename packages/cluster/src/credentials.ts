import type { Access } from './access.ts';
import { withDeadline } from './wait.ts';

/**
 * Tokens and certificates of one connection. They may change while we run: token files and certificates are replaced,
 * exec plugins and OIDC answer anew. So they are asked for again once they are older than ten seconds, which costs a
 * few small files; and at once after `forget`.
 */
export class Credentials {
  private static readonly maxAge = 10_000;
  /** For a program that hands out credentials; it may have to ask somebody far away. */
  private static readonly timeout = 60_000;
  private access: Access | undefined;
  private pending: Promise<Access> | undefined;
  private readAt = 0;

  /** @param read gets them anew */
  constructor(private readonly read: () => Promise<Access>) {}

  /**
   * The credentials to use now; the same object as long as they are fresh. When they cannot be renewed, the last
   * ones are given: the API server decides whether they still hold.
   * @throws Error when there never were any: an unreadable file, an exec plugin that fails
   */
  async current(): Promise<Access> {
    if (this.access !== undefined && Date.now() - this.readAt < Credentials.maxAge) return this.access;
    this.pending ??= this.renew().finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }

  /** The API server refused them: the next `current` asks for new ones. */
  forget(): void {
    this.readAt = 0;
  }

  private async renew(): Promise<Access> {
    try {
      this.access = await withDeadline(Credentials.timeout, new AbortController().signal, this.read);
    } catch (error) {
      if (this.access === undefined) throw error;
    }
    this.readAt = Date.now();
    return this.access;
  }
}
