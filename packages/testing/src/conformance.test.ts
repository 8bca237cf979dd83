import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JobRejectedError, definePlugin, stateKey, version, type Plugin, type PluginDefinition } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkReadme, rules } from './conformance.ts';

type Setup = Parameters<Plugin['apply']>[0];

describe('rules', () => {
  it('let a plugin pass that does nothing', async () => {
    expect(await broken(plugin())).toEqual([]);
  });

  it('let a plugin pass that keeps to all of them', async () => {
    const good = plugin({
      configSchema: z.strictObject({ colour: z.string().default('').describe('Colour of the Pod.') }),
      apply: ({ hooks, config }: Setup) => {
        const { colour } = config as { colour: string };
        if (colour === '') return;
        hooks.buildPod.tap('odd', ({ pod }) => void (pod.metadata.annotations['colour'] = colour));
      },
    });
    expect(await broken(good, 'colour = "red"')).toEqual([]);
  });

  it.each<[string, Plugin, string]>([
    ['a name that is none', plugin({ name: 'Odd Plugin' }), 'can be loaded by this version of core'],
    ['a core that does not fit', plugin({ core: '^99.0.0' }), 'can be loaded by this version of core'],
    [
      'a key without a description',
      plugin({ configSchema: z.strictObject({ colour: z.string().default('') }) }),
      'describes every configuration key and every variable',
    ],
    [
      'a nested key without a description',
      plugin({
        configSchema: z.strictObject({
          paints: z
            .array(z.strictObject({ colour: z.string() }))
            .default([])
            .describe('Paints.'),
        }),
      }),
      'describes every configuration key and every variable',
    ],
    [
      'a variable without a description',
      plugin({ variables: [{ name: 'COLOUR', description: '' }] }),
      'describes every configuration key and every variable',
    ],
    [
      'a field that nobody asked for',
      tapping(({ hooks }) => hooks.buildPod.tap('odd', ({ pod }) => void (pod.spec.hostname = 'odd'))),
      'adds nothing to the Pod that nobody asked for',
    ],
    [
      'a Secret that nobody asked for',
      tapping(({ hooks }) => hooks.buildPod.tap('odd', (draft) => void draft.addSecret({ suffix: 'odd', data: {} }))),
      'adds nothing to the Pod that nobody asked for',
    ],
    [
      'a Pod that depends on chance',
      tapping(({ hooks }) =>
        hooks.buildPod.tap('odd', ({ pod }) => void (pod.metadata.labels['odd'] = String(Math.random()))),
      ),
      'builds the same Pod from the same input, byte for byte',
    ],
    [
      'a second Pod that differs',
      tapping(({ hooks }) => {
        const builds = stateKey('builds', () => ({ count: 0 }));
        hooks.buildPod.tap('odd', ({ pod }, job) => {
          job.state(builds).count += 1;
          pod.spec.hostname = `odd-${job.state(builds).count}`;
        });
      }),
      'builds the second Pod of a job as it built the first',
    ],
    [
      'what it takes away from others',
      tapping(({ hooks }) => hooks.mutatePod.tap('odd', ({ pod }) => void delete pod.spec.tolerations)),
      'leaves in place what other plugins wrote before it',
    ],
    [
      'what it overwrites of others',
      tapping(({ hooks }) => hooks.buildContainer.tap('odd', ({ spec }) => void (spec.resources = {}))),
      'leaves in place what other plugins wrote before it',
    ],
    [
      'memory shared between jobs',
      withSharedMemory(),
      'keeps what it knows of a job apart from other jobs and other runners',
    ],
    ['a configuration that it changes', withChangingConfig(), 'does not change its configuration'],
    [
      'a Pod that it changes when it validates',
      tapping(({ hooks }) =>
        hooks.validatePod.tap('odd', (pod) => {
          if (!Object.isFrozen(pod)) (pod as { kind: string }).kind = 'Odd';
        }),
      ),
      'changes nothing when it validates the Pod',
    ],
    [
      'a cleanup that fails the second time',
      tapping(({ hooks }) => {
        const open = stateKey('open', () => ({ isOpen: true }));
        hooks.cleanup.tap('odd', (job) => {
          if (!job.state(open).isOpen) throw new Error('closed already');
          job.state(open).isOpen = false;
        });
      }),
      'cleans up twice, and where nothing was prepared',
    ],
    [
      'a cleanup that needs prepare',
      tapping(({ hooks }) => {
        const prepared = stateKey<{ close?: () => void }>('prepared', () => ({}));
        hooks.prepare.tap('odd', (job) => void (job.state(prepared).close = () => undefined));
        hooks.cleanup.tap('odd', (job) => {
          const { close } = job.state(prepared);
          if (!close) throw new JobRejectedError('nothing is open');
          close();
        });
      }),
      'cleans up twice, and where nothing was prepared',
    ],
  ])('find %s', async (_, bad, rule) => {
    expect(await broken(bad)).toContain(rule);
  });
});

describe('checkReadme', () => {
  it('finds a README that is stale', () => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-'));
    try {
      const readme = pathToFileURL(join(folder, 'README.md'));
      writeFileSync(readme, '<!-- options -->old<!-- /options -->');
      expect(() => checkReadme(plugin(), readme)).toThrow(/expected .*old.* to be/s);
      writeFileSync(readme, '# Without options');
      expect(() => checkReadme(plugin(), readme)).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The names of the rules that the plugin breaks. */
async function broken(subject: Plugin, toml = ''): Promise<string[]> {
  const results = rules.map(async (rule) => {
    try {
      await rule.check({ plugin: subject, plugins: [subject], requires: [], always: [], toml, payload: {} });
      return [];
    } catch {
      return [rule.name];
    }
  });
  return (await Promise.all(results)).flat();
}

function plugin(parts: Partial<PluginDefinition<z.ZodObject>> = {}): Plugin {
  return definePlugin({
    name: 'odd',
    core: `^${version}`,
    configSchema: z.strictObject({}),
    apply: () => undefined,
    ...parts,
  });
}

function tapping(apply: (setup: Setup) => void): Plugin {
  return plugin({ apply });
}

/** Keeps its configuration in an object that freezing does not protect. */
function withChangingConfig(): Plugin {
  const colours = z
    .array(z.string())
    .default([])
    .transform((list) => new Set(list));
  return definePlugin({
    name: 'odd',
    core: `^${version}`,
    configSchema: z.strictObject({ colours: colours.describe('Colours.') }),
    apply: ({ hooks, config }) => hooks.prepare.tap('odd', () => void config.colours.add('red')),
  });
}

/** Remembers in the module what belongs to one job. */
function withSharedMemory(): Plugin {
  let jobs = 0;
  return tapping(({ hooks }) => {
    hooks.prepare.tap('odd', () => void (jobs += 1));
    hooks.buildPod.tap('odd', ({ pod }) => void (pod.metadata.labels['jobs'] = String(jobs)));
  });
}
