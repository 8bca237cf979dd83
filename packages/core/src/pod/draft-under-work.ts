import { Causes, type Cause, type FieldCauses } from './cause.ts';
import type { Author, FieldAuthor } from './draft.ts';

/** core itself, as an author. */
export const core: Author = Object.freeze({ plugin: 'core', hook: 'skeleton' });

/** A draft that the guard can compare with what it was before a tap. */
export abstract class DraftUnderWork {
  readonly #causes = new Causes();

  explain(field: string, cause: Cause): void {
    this.#causes.add(field, cause);
  }

  explainAll(causes: FieldCauses): void {
    for (const [field, cause] of causes) this.explain(field, cause);
  }

  /**
   * What core wrote because a plugin said so, such as the namespace, is that plugin's.
   * @param field as given to `explain`
   */
  protected withCause(author: Author, field: string): FieldAuthor {
    const found = this.#causes.find(field);
    if (found === undefined) return author;
    return { ...(author === core ? (found.author ?? author) : author), cause: found.cause };
  }

  /** Attributes what changed since the last call. */
  attribute(author: Author): void {
    this.#causes.attribute(author);
    this.compare(author);
  }

  /** Compares the draft with what it was at the last call. */
  protected abstract compare(author: Author): void;
}
