import { readFileSync } from 'node:fs';
import { connectionConfigSchema } from '@podwright/cluster';
import { configJsonSchema, executorConfigSchema, globalConfigSchema, runnerConfigSchema } from '@podwright/core';
import { updateFlags, updateOptions } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { defaultPlugins } from './default-plugins.ts';
import { connectionOwner } from './read-configuration.ts';
import { registerFlags } from './registration/register-flags.ts';

const docs = new URL('../../../docs/', import.meta.url);

describe('the generated docs (renew them with npm run docs)', () => {
  it.each([
    ['global', globalConfigSchema],
    ['runners', runnerConfigSchema],
    ['connection', connectionConfigSchema],
    ['executor', executorConfigSchema],
  ])('have the table of %s as the schema is', (name, schema) => {
    const text = readFileSync(new URL('configuration.md', docs), 'utf8');
    expect(text).toBe(updateOptions(text, name, schema));
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
    expect(written).toEqual(configJsonSchema([...defaultPlugins, connectionOwner]));
  });
});
