import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { keysAt } from './keys-at.ts';
import { toProblems } from './problems.ts';

/**
 * Parses with one schema. Unknown keys are reported, and the rest is still used.
 * @param at.known keys that would be valid at the top, besides those of the schema
 * @returns `undefined` when anything is invalid, which is reported, too
 */
export function checkTable(
  schema: z.ZodObject,
  table: Record<string, unknown>,
  at: { readonly path: string; readonly plugin?: string; readonly known?: readonly string[] },
  problems: Problem[],
): Record<string, unknown> | undefined {
  const parsed = schema.safeParse(table);
  if (parsed.success) return parsed.data;
  const known = (path: readonly PropertyKey[]): readonly string[] => [
    ...keysAt(schema, path),
    ...(path.length === 0 ? (at.known ?? []) : []),
  ];
  problems.push(...toProblems(parsed.error, at.path, at.plugin, known));
  const rest = withoutUnknownKeys(table, parsed.error);
  // What a schema has to say of the whole it says only once all keys are known.
  return rest === undefined ? undefined : checkTable(schema, rest, at, problems);
}

/** A copy without the keys that the schema does not know; `undefined` when that is not all that is wrong. */
function withoutUnknownKeys(
  table: Record<string, unknown>,
  { issues }: z.ZodError,
): Record<string, unknown> | undefined {
  const copy = structuredClone(table);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const parent = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], copy);
    for (const key of issue.keys) delete (parent as Record<string, unknown>)[key];
  }
  return copy;
}
