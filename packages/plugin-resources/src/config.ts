import { z } from 'zod';
import { quantityFields, type MaxKey, type QuantityKey } from './quantity-fields.ts';
import { notAQuantity, parseQuantity } from './quantity.ts';
import { requestsAboveLimits } from './requests-above-limits.ts';

/**
 * 36 keys made from `quantityFields`: a quantity each for build (no prefix), `service_` and `helper_` containers, and
 * beside each the largest value that a job may overwrite it with. All are texts; an empty one is not set.
 */
export type ResourcesConfig = { readonly [K in QuantityKey | MaxKey]: string };

const quantity = z
  .string({ error: 'must be a quantity in quotes, such as "500m"' })
  .superRefine((text, context) => {
    const message = text === '' ? undefined : problemOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .default('');

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z
  .strictObject(
    Object.fromEntries(
      quantityFields.flatMap(({ key, maxKey, variable, description }) => [
        [key, quantity.describe(description)],
        [
          maxKey,
          quantity.describe(`The largest \`${key}\` that a job may ask for with \`${variable}\`. Empty: no overwrite.`),
        ],
      ]),
    ) as Record<keyof ResourcesConfig, typeof quantity>,
  )
  .superRefine((config, context) => {
    for (const { request, limit } of requestsAboveLimits((key) => config[key])) {
      const message = `${JSON.stringify(request.text)} is more than ${limit.field.key} ${JSON.stringify(limit.text)}`;
      context.addIssue({ code: 'custom', path: [request.field.key], message });
    }
  }) satisfies z.ZodType<ResourcesConfig>;

function problemOf(text: string): string | undefined {
  const amount = parseQuantity(text);
  if (amount === undefined) return notAQuantity(text);
  return amount < 0n ? `${JSON.stringify(text)} must not be negative` : undefined;
}
