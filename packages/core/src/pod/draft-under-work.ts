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

  /** @param field as given to `explain` */
  protected withCause(author: Author, field: string): FieldAuthor {
    const cause = this.#causes.find(field);
    return cause === undefined ? author : { ...author, cause };
  }

  /** Attributes what changed since the last call. */
  abstract attribute(author: Author): void;
}
