import type { BuiltPod, FieldAuthor } from './draft.ts';
import { childrenOf, isTable } from './provenance.ts';

/** One field of a Pod, with what is known of it. */
export interface ExplainedField {
  /** Parts of its path: `.spec`, `.containers`, `[build]`, `.image`. */
  readonly path: readonly string[];
  /** A scalar. */
  readonly value: unknown;
  readonly author: FieldAuthor | undefined;
}

/** Every field of a built Pod's metadata and spec, in the order of the Pod. */
export function explainedFields({ pod, provenance }: BuiltPod): ExplainedField[] {
  const { metadata, spec } = pod;
  return [...leaves({ metadata, spec }, [])].map(({ path, value }) => ({
    path,
    value,
    author: provenance.get(joined(path)),
  }));
}

function* leaves(value: object, path: readonly string[]): Generator<Omit<ExplainedField, 'author'>> {
  for (const [key, child] of childrenOf(value)) {
    const below = [...path, key];
    if (child === undefined) continue;
    if (isTable(child)) yield* leaves(child, below);
    else yield { path: below, value: child };
  }
}

/** As provenance has it. */
function joined(path: readonly string[]): string {
  return path.join('').slice(1);
}
