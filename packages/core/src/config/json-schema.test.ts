import { expect, it } from 'vitest';
import { z } from 'zod';
import { configJsonSchema } from './json-schema.ts';

it('describes the file with the keys of all owners', () => {
  const configSchema = z.strictObject({ dns_policy: z.string().describe('How names are resolved.') });
  const schema = configJsonSchema({ owners: [{ name: 'network', configSchema }] });
  expect(schema).toMatchObject({
    properties: {
      concurrent: { type: 'integer', minimum: 1, default: 1 },
      podwright: { properties: { disabled_plugins: { type: 'array' } } },
      runners: {
        items: {
          properties: {
            builds_dir: { type: 'string' },
            kubernetes: {
              properties: { poll_timeout: { type: 'integer' }, dns_policy: { description: 'How names are resolved.' } },
              additionalProperties: false,
            },
          },
          additionalProperties: false,
        },
      },
    },
  });
});

it('has nothing in it that has no words', () => {
  const silent: string[] = [];
  const walk = (schema: JsonSchema, path: string) => {
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      if (value.description === undefined && key !== 'runners') silent.push(path + key);
      walk(value.items ?? value, `${path}${key}.`);
    }
  };
  walk(configJsonSchema({ owners: [] }), '');
  expect(silent).toEqual([]);
});

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
