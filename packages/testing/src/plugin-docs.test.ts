import { definePlugin, version, type Plugin } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pluginOptions, updateReadme } from './plugin-docs.ts';

describe('pluginOptions', () => {
  it.each([
    ['a text', z.string().default(''), 'text', '`""`'],
    ['an integer', z.int().default(3), 'integer', '`3`'],
    ['a boolean without a default', z.boolean().optional(), 'boolean', ''],
    ['a key that must be there', z.string(), 'text', 'required'],
    ['a choice', z.enum(['a', 'b']).default('a'), '`"a"`, `"b"`', '`"a"`'],
    ['one value only', z.literal('a').optional(), '`"a"`', ''],
    ['a list', z.array(z.string()).default([]), 'list of text', '`[]`'],
    ['a map', z.record(z.string(), z.string()).default({}), 'table of text', '`{}`'],
    ['one or a list', z.union([z.string(), z.array(z.string())]).default([]), 'text, or a list of these', '`[]`'],
    ['one or another', z.union([z.string(), z.int()]).optional(), 'text or integer', ''],
    ['what is written, not what it becomes', z.string().default('1').transform(Number), 'text', '`"1"`'],
  ])('says the type and default of %s', (_, schema, type, written) => {
    expect(pluginOptions(plugin(schema.describe('Meaning.')))).toEqual([
      { path: 'key', type, default: written, description: 'Meaning.' },
    ]);
  });

  it('lists nested keys after the one that they are in', () => {
    const table = z.strictObject({ size: z.int().default(1).describe('Size.') });
    expect(pluginOptions(plugin(table.optional())).map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'key: table',
      'key.size: integer',
    ]);
    expect(pluginOptions(plugin(z.array(table).default([]))).map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'key: list of table',
      'key[].size: integer',
    ]);
  });
});

describe('updateReadme', () => {
  const markers = ['# x', '<!-- options -->', 'old', '<!-- /options -->', 'between'];
  const variableMarkers = ['<!-- variables -->', '<!-- /variables -->', 'end'];

  it('replaces what stands between the markers by aligned tables, and nothing else', () => {
    const subject = plugin(z.string().default('').describe('One | two.'), [{ name: 'LONG_NAME', description: 'It.' }]);
    const updated = updateReadme([...markers, ...variableMarkers].join('\n'), subject);
    expect(updated.split('\n')).toEqual([
      '# x',
      '<!-- options -->',
      '',
      '| Key   | Type | Default | Meaning     |',
      '| ----- | ---- | ------- | ----------- |',
      '| `key` | text | `""`    | One \\| two. |',
      '',
      '<!-- /options -->',
      'between',
      '<!-- variables -->',
      '',
      '| Variable    | Meaning |',
      '| ----------- | ------- |',
      '| `LONG_NAME` | It.     |',
      '',
      '<!-- /variables -->',
      'end',
    ]);
    expect(updateReadme(updated, subject)).toBe(updated);
  });

  it('needs no markers for what the plugin does not have', () => {
    const text = markers.join('\n');
    expect(updateReadme(text, plugin(z.string().describe('Text.')))).toContain('between');
  });

  it.each([
    ['missing', '# x'],
    ['in the wrong order', '<!-- /options --><!-- options -->'],
    ['not closed', '<!-- options -->'],
  ])('refuses a README whose markers are %s', (_, text) => {
    expect(() => updateReadme(text, plugin(z.string()))).toThrow(
      'the README needs a line "<!-- options -->" and below it a line "<!-- /options -->"',
    );
  });
});

function plugin(schema: z.ZodType, variables: Plugin['variables'] = []): Plugin {
  return definePlugin({
    name: 'documented',
    core: `^${version}`,
    configSchema: z.strictObject({ key: schema }),
    variables,
    apply: () => undefined,
  });
}
