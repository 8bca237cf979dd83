import { readFileSync } from 'node:fs';
import { clusterRbac, connectionConfigSchema } from '@podwright/cluster';
import {
  configJsonSchema,
  executorConfigSchema,
  featureFlagTable,
  globalConfigSchema,
  otherFlagTable,
  runnerConfigSchema,
} from '@podwright/core';
import { updateFlags, updateOptions, updateTable } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultPlugins } from './default-plugins.ts';
import { cacheOwner, connectionOwner } from './read-configuration.ts';
import { registerFlags } from './registration/register-flags.ts';
import { roleOf } from './role-of.ts';

const docs = new URL('../../../docs/', import.meta.url);

describe('the generated files (renew them with npm run docs)', () => {
  it.each([
    ['global', globalConfigSchema],
    ['runners', runnerConfigSchema],
    ['connection', connectionConfigSchema],
    ['executor', executorConfigSchema],
  ])('have the table of %s as the schema is', (name, schema) => {
    const text = readFileSync(new URL('configuration.md', docs), 'utf8');
    expect(text).toBe(updateOptions(text, name, schema));
  });

  it.each([
    ['feature flags', featureFlagTable()],
    ['other flags', otherFlagTable()],
  ])('have the table of the %s as they are', (name, rows) => {
    const text = readFileSync(new URL('configuration.md', docs), 'utf8');
    expect(text).toBe(updateTable(text, name, rows));
  });

  it.each(Object.entries(registerFlags))('have the table of the flags for %s', (name, flags) => {
    const text = readFileSync(new URL('registration.md', docs), 'utf8');
    expect(text).toBe(updateFlags(text, name, flags));
  });

  it('tell of each key how it is given at registration, or that it cannot be', () => {
    const text = readFileSync(new URL('registration.md', docs), 'utf8');
    const keys = [...defaultPlugins, connectionOwner].flatMap(({ configSchema }) => Object.keys(configSchema.shape));
    const all = [...keys, ...Object.keys(executorConfigSchema.shape)];
    expect(all.filter((key) => !text.includes(`\`${key}\``) && !text.includes(`\`${key}.`))).toEqual([]);
  });

  it('have the JSON Schema of all keys', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('config.schema.json', docs), 'utf8'));
    expect(written).toEqual(configJsonSchema({ owners: [...defaultPlugins, connectionOwner], cacheOwner }));
  });

  it('have the Role for podwright and all built-in plugins', () => {
    const written: unknown = parse(readFileSync(new URL('../deploy/kustomize/role.yaml', docs), 'utf8'));
    expect(written).toEqual(roleOf([...clusterRbac, ...defaultPlugins.flatMap(({ rbac }) => rbac)]));
  });
});
