import { configJsonSchema, joinPath } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { defaultPlugins } from '../default-plugins.ts';
import { cacheOwner, connectionOwner } from '../read-configuration.ts';
import { optionOf } from './flag-option.ts';
import { kubernetesFlags } from './kubernetes-flags.ts';
import { registerFlags } from './register-flags.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const all = Object.values(registerFlags).flat();
const owners = [...defaultPlugins, connectionOwner];
const runner = (configJsonSchema({ owners, cacheOwner }) as Schema).properties?.['runners']?.items;

/** What kinds of flags can give a value of this type. */
function kindsOf({ type, items, anyOf, properties }: Schema): readonly string[] {
  if (anyOf !== undefined) return ['texts'];
  if (type === 'string') return ['text', 'file'];
  if (type === 'array') return items?.type === 'integer' ? ['numbers'] : ['texts'];
  if (type === 'object') return properties === undefined ? ['table'] : [];
  return [type === 'integer' ? 'number' : (type ?? 'none')];
}

describe('the flags of register', () => {
  it.each(all.filter(({ path }) => path !== undefined))('$flag has the kind of its key', ({ path = [], kind }) => {
    const schema = path.reduce<Schema | undefined>((table, key) => table?.properties?.[key], runner);
    expect(kindsOf(schema ?? {})).toContain(kind);
  });

  it('are there for all keys of [runners.kubernetes] that are no tables of tables', () => {
    const keys = owners.flatMap(({ configSchema }) => Object.keys(configSchema.shape));
    const given = new Set(kubernetesFlags.map(({ path }) => path?.[1]));
    const without = ['affinity', 'dns_config', 'host_aliases', 'services', 'volumes'];
    expect(keys.filter((key) => !given.has(key)).toSorted()).toEqual(without);
  });

  it('have names and variables of their own', () => {
    const names = all.flatMap(({ flag, alias }) => [flag, alias ?? []]).flat();
    const variables = all.flatMap(({ env }) => env ?? []);
    const attributes = all.map((flag) => optionOf(flag).attributeName());
    const paths = all.flatMap(({ path }) => (path === undefined ? [] : joinPath('', path)));
    for (const list of [names, variables, attributes, paths]) expect(new Set(list).size).toBe(list.length);
  });

  it.each([
    ['--kubernetes-helper-ephemeral_storage-limit', 'KUBERNETES_HELPER_EPHEMERAL_STORAGE_LIMIT'],
    [
      '--kubernetes-ephemeral-storage-request-overwrite-max-allowed',
      'KUBERNETES_EPHEMERAL_STORAGE_REQUEST_OVERWRITE_MAX_ALLOWED',
    ],
    ['--kubernetes-namespace_overwrite_allowed', 'KUBERNETES_NAMESPACE_OVERWRITE_ALLOWED'],
    ['--kubernetes-terminationGracePeriodSeconds', 'KUBERNETES_TERMINATIONGRACEPERIODSECONDS'],
    ['--kubernetes-pod-labels', undefined],
  ])('are spelled as in GitLab Runner: %s', (flag, env) => {
    expect(all.find((one) => one.flag === flag)?.env).toBe(env);
    expect(all.some((one) => one.flag === flag)).toBe(true);
  });
});
