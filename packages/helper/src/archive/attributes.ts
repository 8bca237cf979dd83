import { chmod, lchown, utimes } from 'node:fs/promises';
import { codeOf, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EntryFacts } from './entry-facts.ts';

/**
 * Sets owner, mode and time of what was extracted. What the system refuses is said once for each kind, and does not
 * matter to the job: an archive made by root is often extracted by someone else.
 */
export class AttributeSetter {
  readonly #said = new Set<string>();
  readonly #mayChown: boolean;
  constructor(
    readonly log: Log,
    /** Whether the owner is set at all: only root can. */
    isRoot: boolean,
  ) {
    this.#mayChown = isRoot;
  }

  /** @param path what is there is no symlink, unless the facts say so */
  async apply(path: string, { kind, owner, mode, mtime }: EntryFacts): Promise<void> {
    if (owner !== undefined && this.#mayChown) await this.#try('owner', path, () => lchown(path, owner.uid, owner.gid));
    if (kind === 'symlink') return;
    // After the owner, as a change of it takes setuid and setgid away.
    await this.#try('mode', path, () => chmod(path, mode));
    await this.#try('time', path, () => utimes(path, new Date(), mtime));
  }

  async #try(what: string, path: string, change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      if (this.#said.has(what)) return;
      this.#said.add(what);
      this.log.warn(`${path}: cannot set its ${what}: ${messageOf(error)} (said once)`);
    }
  }
}
