import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionConfigSchema } from '@podwright/cluster';
import { definePlugin } from '@podwright/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultPlugins } from './default-plugins.ts';
import { loadPlugins, type LoadedPlugin } from './load-plugins.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podwright-plugins-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** An npm package beside the configuration. */
function install(name: string, module: string): void {
  const folder = join(dir, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name,
    version: '1.0.0',
    type: 'module',
    exports: { '.': { default: './index.js' }, './package.json': './package.json' },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.js'), module);
}

function namesOf(loaded: readonly LoadedPlugin[]): string[] {
  return loaded.map(({ plugin }) => plugin.name);
}

function load(plugins: string[], disabled_plugins: string[] = []) {
  return loadPlugins({ plugins, disabled_plugins }, join(dir, 'config.toml'));
}

describe('loadPlugins', () => {
  it('takes the built-in ones in their order, without the disabled', async () => {
    const names = defaultPlugins.map(({ name }) => name);
    expect(namesOf((await load([])).enabled)).toEqual(names);
    const { enabled, disabled } = await load([], ['images']);
    expect(namesOf(enabled)).toEqual(names.filter((name) => name !== 'images'));
    expect(namesOf(disabled)).toEqual(['images']);
  });

  it('adds those of packages that are installed beside the configuration', async () => {
    const plugin = definePlugin({
      name: 'gpu',
      core: '*',
      configSchema: connectionConfigSchema.pick({}),
      apply: () => undefined,
    });
    // A package of its own would bring its own core; the test's is handed over.
    Object.assign(globalThis, { pluginOfTheTest: plugin });
    install('@acme/gpu', 'export const version = "1"; export const gpuPlugin = globalThis.pluginOfTheTest;');
    expect((await load(['@acme/gpu'])).enabled.at(-1)).toEqual({ plugin, source: '@acme/gpu', version: '1.0.0' });
  });

  it.each<[string, string, string]>([
    ['is no plugin', 'export const nothing = 1;', 'is no plugin: it must be made by definePlugin'],
    ['is empty', '', 'is no plugin: it must be made by definePlugin'],
    ['cannot be loaded', 'throw new Error("broken\\nhere");', 'cannot be imported: broken'],
  ])('leaves a package out that %s', async (_, module, message) => {
    install('@acme/x', module);
    const { enabled, missing, problems } = await load(['@acme/x']);
    expect(enabled).toHaveLength(defaultPlugins.length);
    expect(missing).toEqual(['@acme/x']);
    expect(problems).toEqual([{ path: 'podwright.plugins[0]', plugin: '@acme/x', message, kind: 'invalid' }]);
  });

  it('tells everything that is wrong at once', async () => {
    install('@acme/ours', 'export const x = { name: "images", core: "*", apply() {}, configSchema: {} };');
    const { problems } = await load(['@acme/none', '@acme/ours'], ['image']);
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^podwright\.disabled_plugins\[0\]: no built-in plugin "image", did you mean images\?/),
      expect.stringMatching(/^podwright\.plugins\[0\]: cannot be imported: Cannot find module '@acme\/none'$/),
      'podwright.plugins[1]: from @acme/ours has a configSchema that is not a zod object of zod 4',
    ]);
  });
});
