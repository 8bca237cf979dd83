import { z } from 'zod';

/** The keys that a schema knows at a place below it; none where it takes any, or there is no such place. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const found = path.reduce<z.core.$ZodType | undefined>(
    (parent, key) => (parent === undefined ? undefined : partOf(parent, key)),
    schema,
  );
  const table = found === undefined ? undefined : unwrapped(found);
  return table instanceof z.ZodObject ? Object.keys(table.shape) : [];
}

function partOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const parent = unwrapped(schema);
  if (parent instanceof z.ZodArray) return parent.element;
  return parent instanceof z.ZodObject ? (parent.shape as Record<PropertyKey, z.core.$ZodType>)[key] : undefined;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapper =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return isWrapper ? unwrapped(schema.def.innerType) : schema;
}
