import type { Plugin } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { checkReadme, rules } from './conformance.ts';

/** What `describePlugin` is to try a plugin with. */
export interface DescribePluginOptions {
  /** A configuration in which the plugin does as much as it can, as for `buildPod`. Default: empty. */
  readonly toml?: string;
  /** Members of the payload of a job that uses what the plugin offers, as for `buildPod`. Default: none. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Plugins that it requires, in order. Default: none. */
  readonly requires?: readonly Plugin[];
  /** Fields of the Pod, as in `BuiltPod.provenance`, that it sets even when nothing is configured. Default: none. */
  readonly always?: readonly string[];
  /** The README with the generated tables, such as `new URL('../README.md', import.meta.url)`. Default: not checked. */
  readonly readme?: URL;
}

/** The conformance suite: what podwright expects of every plugin, as vitest tests. Call it at the top of a test file. */
export function describePlugin(plugin: Plugin, options: DescribePluginOptions = {}): void {
  const { toml = '', payload = {}, requires = [], always = [], readme } = options;
  const subject = { plugin, toml, payload, requires, always, plugins: [...requires, plugin] };
  describe(`plugin ${plugin.name}`, () => {
    it.each(rules)('$name', async (rule) => {
      expect.hasAssertions();
      await rule.check(subject);
    });

    if (!readme) return;
    it('has up-to-date tables in its README, as updateReadme writes them', () => {
      expect.hasAssertions();
      checkReadme(plugin, readme);
    });
  });
}
