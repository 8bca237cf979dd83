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

/** Remembers causes of fields. Costs one entry for each call; what they mean is found out only when somebody asks. */
export class Causes {
  readonly #known: { readonly field: string; readonly cause: Cause }[] = [];

  /** The cause of a field and of everything below it. */
  add(field: string, cause: Cause): void {
    this.#known.push({ field, cause });
  }

  /** The cause of the field itself, or of the nearest one above it. */
  find(path: string): Cause | undefined {
    let best: { readonly field: string; readonly cause: Cause } | undefined;
    for (const known of this.#known) {
      if (isAtOrBelow(path, known.field) && known.field.length >= (best?.field.length ?? 0)) best = known;
    }
    return best?.cause;
  }
}

function isAtOrBelow(path: string, field: string): boolean {
  if (!path.startsWith(field)) return false;
  const next = path.charAt(field.length);
  return next === '' || next === '.' || next === '[';
}
