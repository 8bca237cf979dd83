import type { ConfigOwner } from './load.ts';
import { executorConfigSchema, globalConfigSchema, runnerConfigSchema } from './runner-config.ts';

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * JSON Schema (2020-12) of a `config.toml`, for editors.
 * @param owners the plugins, and who else owns keys of `[runners.kubernetes]`
 */
export function configJsonSchema(owners: readonly ConfigOwner[]): Record<string, unknown> {
  const kubernetes = [executorConfigSchema, ...owners.map(({ configSchema }) => configSchema)].map(propertiesOf);
  const runner = {
    type: 'object',
    description: 'One runner: a connection to GitLab, and how its jobs run.',
    properties: {
      ...propertiesOf(runnerConfigSchema),
      kubernetes: {
        type: 'object',
        description: 'How jobs become Pods.',
        properties: Object.assign({}, ...kubernetes) as unknown,
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'config.toml of podwright',
    type: 'object',
    properties: { ...propertiesOf(globalConfigSchema), runners: { type: 'array', items: runner } },
    additionalProperties: false,
  };
}

function propertiesOf(schema: ConfigOwner['configSchema']): ObjectSchema['properties'] {
  const { properties } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as unknown as ObjectSchema;
  return properties;
}
