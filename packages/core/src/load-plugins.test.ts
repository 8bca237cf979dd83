import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PluginLoadError } from './errors.ts';
import { checkPlugins } from './load-plugins.ts';
import { definePlugin } from './plugin.ts';
import { version } from './version.ts';

describe('checkPlugins', () => {
  it('gives the plugins back in their order', () => {
    const plugins = [make({ name: 'b' }), make({ name: 'a', requires: ['b'] })];
    expect(check(...plugins)).toEqual(plugins);
  });

  it.each([
    ['nothing', [undefined], '[plugin from-1] is no plugin: it must be made by definePlugin'],
    ['an object without a name', [{}], 'is no plugin'],
    [
      'a name with capitals',
      [make({ name: 'Net' })],
      'has the name "Net"; a name is lower-case words joined by dashes',
    ],
    ['an object that definePlugin did not make', [{ name: 'a' }], '[plugin a] from from-1 is no plugin'],
    ['a schema that is not zod', [{ ...make({}), configSchema: {} }], 'has a configSchema that is not a zod object'],
    ['two of one name', [make({}), make({})], '[plugin a] is loaded twice: from from-1 and from from-2'],
    ['a foreign core', [make({ core: '^99.0.0' })], `works with core ^99.0.0, and this is ${version}`],
    ['a range that is none', [make({ core: 'new' })], 'asks for core "new", which is no version range'],
    ['a missing requirement', [make({ requires: ['b'] })], 'requires plugin b, which is not loaded'],
    [
      'a requirement that comes later',
      [make({ requires: ['b'] }), make({ name: 'b' })],
      '[plugin a] must come after plugin b',
    ],
    [
      'two owners of a key',
      [make({ keys: ['k'] }), make({ name: 'b', keys: ['k'] })],
      '[plugin b] owns the config key k, which a owns already',
    ],
    ['a key of core', [make({ keys: ['poll_timeout'] })], 'owns the config key poll_timeout, which core owns already'],
  ])('refuses %s', (_, candidates, message) => {
    expect(() => check(...candidates)).toThrow(PluginLoadError);
    expect(() => check(...candidates)).toThrow(message);
  });
});

function check(...candidates: readonly unknown[]) {
  return checkPlugins(candidates.map((candidate, i) => ({ source: `from-${i + 1}`, candidate })));
}

function make({ name = 'a', core = '*', requires = [] as string[], keys = [] as string[] }) {
  const configSchema = z.strictObject(Object.fromEntries(keys.map((key) => [key, z.string()])));
  return definePlugin({ name, core, requires, configSchema, apply: () => undefined });
}
