import { readFileSync } from 'node:fs';
import { checkPlugins, version, type BuiltPod, type Plugin } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { fakeJob, type FakeJobOptions } from './fake-job.ts';
import { neighbour } from './neighbour.ts';
import { pluginOptions, updateReadme } from './plugin-docs.ts';
import { buildPod, prepareJob, setUp } from './prepared-job.ts';

/** What `describePlugin` is to try a plugin with. */
export interface DescribePluginOptions {
  /** A configuration in which the plugin does as much as it can, as for `buildPod`. Default: empty. */
  readonly toml?: string;
  /** Members of the payload of a job that uses what the plugin offers. */
  readonly payload?: NonNullable<FakeJobOptions['payload']>;
  /** Plugins that it requires, in order. */
  readonly requires?: readonly Plugin[];
  /** The fields of the Pod, as in `BuiltPod.provenance`, that the plugin sets even when nothing is configured. */
  readonly always?: readonly string[];
  /** The README with the generated tables, such as `new URL('../README.md', import.meta.url)`. */
  readonly readme?: URL;
}

/** Options with their defaults, and all plugins that are loaded. */
interface Subject extends Required<Omit<DescribePluginOptions, 'readme'>> {
  readonly plugin: Plugin;
  readonly plugins: readonly Plugin[];
  readonly readme: URL | undefined;
}

/**
 * The conformance suite: what podwright expects of every plugin, as vitest tests. Call it at the top of a test file.
 */
export function describePlugin(plugin: Plugin, options: DescribePluginOptions = {}): void {
  const { toml = '', payload = {}, requires = [], always = [], readme } = options;
  const subject = { plugin, toml, payload, requires, always, readme, plugins: [...requires, plugin] };

  describe(`plugin ${plugin.name}`, () => {
    declarationTests(subject);
    podTests(subject);
    mannerTests(subject);
  });
}

function declarationTests({ plugin, plugins, readme }: Subject): void {
  it(`can be loaded by core ${version}`, () => {
    expect(checkPlugins(plugins.map((candidate) => ({ source: 'test', candidate })))).toEqual(plugins);
  });

  it('describes every configuration key and every variable', () => {
    const silent = pluginOptions(plugin).filter(({ description }) => description === '');
    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(plugin.variables.filter(({ description }) => description === '')).toEqual([]);
  });

  if (!readme) return;
  it('has up-to-date tables in its README, which updateReadme writes', () => {
    const text = readFileSync(readme, 'utf8');
    expect(text).toBe(updateReadme(text, plugin));
  });
}

function podTests({ plugin, plugins, toml, payload, requires, always }: Subject): void {
  it('adds nothing to the Pod that it was not asked for', async () => {
    const built = await buildPod({ plugins });
    const without = await buildPod({ plugins: requires });
    expect(fieldsOf(plugin, built).toSorted()).toEqual(always.toSorted());
    expect(built.secrets).toEqual(without.secrets);
  });

  it('builds the same Pod from the same input, byte for byte', async () => {
    const builds = [await buildPod({ plugins, toml, payload }), await buildPod({ plugins, toml, payload })];
    const [first, second] = builds.map(({ pod, secrets }) => JSON.stringify({ pod, secrets }));
    expect(second).toBe(first);
  });

  it('builds the second Pod of a job as it built the first', async () => {
    const prepared = await prepareJob({ plugins, toml, payload });
    const [first, second] = [await prepared.build(), await prepared.build()];
    expect(unnamed(second)).toBe(unnamed(first));
  });

  it('leaves in place what other plugins wrote before it', async () => {
    const beside = await buildPod({ plugins: [...requires, neighbour, plugin], toml, payload });
    const alone = await buildPod({ plugins: [...requires, neighbour] });
    expect(fieldsOf(neighbour, beside)).toEqual(expect.arrayContaining(fieldsOf(neighbour, alone)));
  });
}

function mannerTests({ plugin, plugins, toml, payload }: Subject): void {
  it('keeps what it knows of a job apart from other jobs and other runners', async () => {
    const expected = await buildPod({ plugins });
    const other = await prepareJob({ plugins });
    await buildPod({ plugins, toml, payload });
    expect((await other.build()).pod).toEqual(expected.pod);
  });

  it('does not change its configuration', async () => {
    const { executor } = await prepareJob({ plugins, toml, payload });
    const untouched = setUp({ plugins, toml }).executor;
    expect(executor.runner.kubernetes.get(plugin.name)).toEqual(untouched.runner.kubernetes.get(plugin.name));
  });

  it('changes nothing when it validates the Pod', async () => {
    const prepared = await prepareJob({ plugins, toml, payload });
    const { pod } = await prepared.build();
    const thawed = structuredClone(pod);
    await prepared.executor.hooks.validatePod.promise(thawed, prepared.job);
    expect(thawed).toEqual(pod);
  });

  it('cleans up twice, and where nothing was prepared', async () => {
    const { executor, job } = await prepareJob({ plugins, toml, payload });
    await expect(executor.cleanup(job)).resolves.toBeUndefined();
    await expect(executor.cleanup(job)).resolves.toBeUndefined();
    await expect(executor.cleanup(fakeJob({ payload, runner: executor.runner }))).resolves.toBeUndefined();
  });
}

function fieldsOf(plugin: Plugin, { provenance }: BuiltPod): string[] {
  return [...provenance].filter(([, author]) => author.plugin === plugin.name).map(([path]) => path);
}

/** Pods and their Secrets as text, without the name that each Pod has for itself. */
function unnamed({ pod, secrets }: BuiltPod): string {
  return JSON.stringify({ pod, secrets }).replaceAll(pod.metadata?.name ?? '', 'the-pod');
}
