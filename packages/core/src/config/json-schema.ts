import { globalKeys, kubernetesKeys, runnerKeys, type GitlabRunnerKeys } from './gitlab-runner-keys.ts';
import type { ConfigOwner, ConfigOwners } from './load.ts';
import { executorConfigSchema, globalConfigSchema, runnerConfigSchema } from './runner-config.ts';

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

/** JSON Schema (2020-12) of a `config.toml`, for editors. */
export function configJsonSchema({ owners, cacheOwner }: ConfigOwners): Record<string, unknown> {
  const kubernetes = [executorConfigSchema, ...owners.map(({ configSchema }) => configSchema)].map(propertiesOf);
  const runner = {
    type: 'object',
    description: 'One runner: a connection to GitLab, and how its jobs run.',
    properties: {
      ...withoutEffect(runnerKeys),
      ...propertiesOf(runnerConfigSchema),
      ...(cacheOwner !== undefined && { cache: tableOf(cacheOwner, 'Where caches are shared.') }),
      kubernetes: {
        type: 'object',
        description: 'How jobs become Pods.',
        properties: Object.assign(withoutEffect(kubernetesKeys), ...kubernetes) as unknown,
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'config.toml of podwright',
    type: 'object',
    properties: {
      ...withoutEffect(globalKeys),
      ...propertiesOf(globalConfigSchema),
      runners: { type: 'array', items: runner },
    },
    additionalProperties: false,
  };
}

function tableOf({ configSchema }: ConfigOwner, description: string): Record<string, unknown> {
  return { type: 'object', description, properties: propertiesOf(configSchema), additionalProperties: false };
}

function propertiesOf(schema: ConfigOwner['configSchema']): ObjectSchema['properties'] {
  const { properties } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as unknown as ObjectSchema;
  return properties;
}

/** Files of GitLab Runner are full of them. What each asks for is judged by `config check`. */
function withoutEffect(keys: GitlabRunnerKeys): ObjectSchema['properties'] {
  const own = Object.keys(keys).filter((key) => !key.includes('.'));
  return Object.fromEntries(own.map((key) => [key, { description: "GitLab Runner's; podwright does not have it." }]));
}
