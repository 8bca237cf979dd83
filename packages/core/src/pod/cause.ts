import type { Author } from './draft.ts';

/** What made a plugin write a field of the Pod: shown by `podwright pod --explain`. */
export type Cause =
  /** A key of `[runners.kubernetes]`, such as `cpu_limit` or `volumes.pvc[0].mount_path`. */
  | { readonly config: string }
  /** A key of `[[runners]]`, such as `builds_dir`. */
  | { readonly runner: string }
  /** A variable of the job, such as `KUBERNETES_CPU_LIMIT`. */
  | { readonly variable: string }
  /** A member of the job as GitLab sends it, such as `image.name`. */
  | { readonly job: string }
  /** Nobody asked for it: why it is there all the same. */
  | { readonly because: string };

/** Causes by field, as `explain` takes them. */
export type FieldCauses = ReadonlyMap<string, Cause>;

/** A part of the Pod, and where each of its fields comes from. */
export interface Explained<T> {
  readonly value: T;
  /** From the draft down that the part is for, such as `spec.dnsPolicy` in a Pod or `resources.limits.cpu` in a container. */
  readonly causes: FieldCauses;
}

/** Remembers causes of fields, side by side. What they mean is found out only when somebody asks. */
export class Causes {
  readonly #fields: string[] = [];
  readonly #causes: Cause[] = [];
  readonly #authors: Author[] = [];

  /** The cause of a field and of everything below it. */
  add(field: string, cause: Cause): void {
    this.#fields.push(field);
    this.#causes.push(cause);
  }

  /** Says who added what was added since the last call. */
  attribute(author: Author): void {
    while (this.#authors.length < this.#causes.length) this.#authors.push(author);
  }

  /** The cause of the field itself, or of the nearest one above it, and who gave it. */
  find(path: string): { cause: Cause; author: Author | undefined } | undefined {
    let best = -1;
    for (const [i, field] of this.#fields.entries()) {
      if (isAtOrBelow(path, field) && field.length >= (this.#fields[best]?.length ?? 0)) best = i;
    }
    const cause = this.#causes[best];
    return cause && { cause, author: this.#authors[best] };
  }
}

function isAtOrBelow(path: string, field: string): boolean {
  if (!path.startsWith(field)) return false;
  const next = path.charAt(field.length);
  return next === '' || next === '.' || next === '[';
}
