import { readFileSync } from 'node:fs';
import { checkPlugins, type BuiltPod, type Plugin } from '@podwright/core';
import { expect } from 'vitest';
import { fakeJob } from './fake-job.ts';
import { neighbour } from './neighbour.ts';
import { pluginOptions, updateReadme } from './plugin-docs.ts';
import { buildPod, prepareJob, setUp } from './prepared-job.ts';

/** A plugin, and what it is tried with. */
interface Subject {
  readonly plugin: Plugin;
  readonly toml: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly requires: readonly Plugin[];
  readonly always: readonly string[];
  /** `requires`, then the plugin. */
  readonly plugins: readonly Plugin[];
}

/** One thing that is expected of every plugin. */
export interface Rule {
  /** Goes on from "the plugin …". */
  readonly name: string;
  /** @throws an assertion error, or whatever the plugin throws, when it is not so */
  check(subject: Subject): void | Promise<void>;
}

/** Everything that is expected of every plugin, its README apart. */
export const rules: readonly Rule[] = [
  {
    name: 'can be loaded by this version of core',
    check({ plugins }) {
      expect(checkPlugins(plugins.map((candidate) => ({ source: 'test', candidate })))).toEqual(plugins);
    },
  },
  {
    name: 'describes every configuration key and every variable',
    check({ plugin }) {
      const silent = [
        ...pluginOptions(plugin).map(({ path, description }) => ({ name: path, description })),
        ...plugin.variables,
      ].filter(({ description }) => description === '');
      expect(silent.map(({ name }) => name)).toEqual([]);
    },
  },
  {
    name: 'adds nothing to the Pod that nobody asked for',
    async check({ plugin, plugins, requires, always }) {
      const built = await buildPod({ plugins });
      const without = await buildPod({ plugins: requires });
      expect(fieldsOf(plugin, built).toSorted()).toEqual(always.toSorted());
      expect(built.secrets).toEqual(without.secrets);
    },
  },
  {
    name: 'says what every field that it writes is for',
    async check({ plugin, plugins, toml, payload }) {
      const { provenance } = await buildPod({ plugins, toml, payload });
      const silent = [...provenance].filter(
        ([, author]) => author.plugin === plugin.name && author.cause === undefined,
      );
      expect(silent.map(([path]) => path)).toEqual([]);
    },
  },
  {
    name: 'builds the same Pod from the same input, byte for byte',
    async check({ plugins, toml, payload }) {
      const first = await buildPod({ plugins, toml, payload });
      const second = await buildPod({ plugins, toml, payload });
      expect(asText(second)).toBe(asText(first));
    },
  },
  {
    name: 'builds the second Pod of a job as it built the first',
    async check({ plugins, toml, payload }) {
      const prepared = await prepareJob({ plugins, toml, payload });
      const [first, second] = [await prepared.build(), await prepared.build()];
      expect(unnamed(second)).toBe(unnamed(first));
    },
  },
  {
    name: 'leaves in place what other plugins wrote before it',
    async check({ plugin, requires, toml, payload }) {
      const beside = await buildPod({ plugins: [...requires, neighbour, plugin], toml, payload });
      const alone = await buildPod({ plugins: [neighbour] });
      expect(fieldsOf(neighbour, beside)).toEqual(expect.arrayContaining(fieldsOf(neighbour, alone)));
    },
  },
  {
    name: 'keeps what it knows of a job apart from other jobs and other runners',
    async check({ plugins, toml, payload }) {
      const expected = await buildPod({ plugins });
      const other = await prepareJob({ plugins });
      await buildPod({ plugins, toml, payload });
      expect(asText(await other.build())).toBe(asText(expected));
    },
  },
  {
    name: 'does not change its configuration',
    async check({ plugin, plugins, toml, payload }) {
      const { executor } = await prepareJob({ plugins, toml, payload });
      const untouched = setUp({ plugins, toml }).executor;
      expect(executor.runner.kubernetes.get(plugin.name)).toEqual(untouched.runner.kubernetes.get(plugin.name));
    },
  },
  {
    name: 'changes nothing when it validates the Pod',
    async check({ plugins, toml, payload }) {
      const prepared = await prepareJob({ plugins, toml, payload });
      const { pod } = await prepared.build();
      const thawed = structuredClone(pod);
      await prepared.executor.hooks.validatePod.promise(thawed, prepared.job);
      expect(thawed).toEqual(pod);
    },
  },
  {
    name: 'cleans up twice, and where nothing was prepared',
    async check({ plugins, toml, payload }) {
      const { executor, job } = await prepareJob({ plugins, toml, payload });
      await expect(executor.cleanup(job)).resolves.toBeUndefined();
      await expect(executor.cleanup(job)).resolves.toBeUndefined();
      await expect(executor.cleanup(fakeJob({ payload, runner: executor.runner }))).resolves.toBeUndefined();
    },
  },
];

/** @throws an assertion error when the generated tables are not what the plugin declares */
export function checkReadme(plugin: Plugin, readme: URL): void {
  const text = readFileSync(readme, 'utf8');
  expect(text).toBe(updateReadme(text, plugin));
}

function fieldsOf(plugin: Plugin, { provenance }: BuiltPod): string[] {
  return [...provenance].filter(([, author]) => author.plugin === plugin.name).map(([path]) => path);
}

function asText({ pod, secrets, services }: BuiltPod): string {
  return JSON.stringify({ pod, secrets, services });
}

/** As text, without the random part of the names that each Pod and what belongs to it have for themselves. */
function unnamed(built: BuiltPod): string {
  return asText(built).replaceAll((built.pod.metadata?.name ?? '').slice(-8), 'random');
}
