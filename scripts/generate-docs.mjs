/** Rewrites what is generated: the docs' tables of options and flags, the JSON Schema, and the Role of deploy/kustomize. Run after `tsc -b`: `npm run docs`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cacheConfigSchema } from '../packages/cache/dist/index.js';
import { connectionConfigSchema } from '../packages/cluster/dist/index.js';
import {
  executorConfigSchema,
  featureFlagTable,
  globalConfigSchema,
  otherFlagTable,
  runnerConfigSchema,
} from '../packages/core/dist/index.js';
import { registerFlags } from '../packages/runner/dist/registration/register-flags.js';
import { updateFlags, updateOptions, updateReadme, updateTable } from '../packages/testing/dist/index.js';

const root = new URL('../', import.meta.url);
const folders = ['packages', 'examples'].flatMap((parent) =>
  readdirSync(new URL(parent, root))
    .filter((name) => name.startsWith('plugin-'))
    .map((name) => `${parent}/${name}`),
);

for (const folder of folders) {
  const exported = Object.values(await import(new URL(`${folder}/dist/index.js`, root).href));
  const plugin = exported.find((value) => typeof value.apply === 'function' && value.configSchema);
  if (!plugin) throw new Error(`${folder} exports no plugin`);
  rewrite(`${folder}/README.md`, (text) => updateReadme(text, plugin));
}

const tables = {
  global: globalConfigSchema,
  runners: runnerConfigSchema,
  cache: cacheConfigSchema,
  connection: connectionConfigSchema,
  executor: executorConfigSchema,
};
const flagTables = { 'feature flags': featureFlagTable(), 'other flags': otherFlagTable() };
rewrite('docs/configuration.md', (text) =>
  Object.entries(flagTables).reduce((filled, [name, rows]) => updateTable(filled, name, rows), text),
);
rewrite('docs/configuration.md', (text) =>
  Object.entries(tables).reduce((filled, [name, schema]) => updateOptions(filled, name, schema), text),
);

rewrite('docs/registration.md', (text) =>
  Object.entries(registerFlags).reduce((filled, [name, flags]) => updateFlags(filled, name, flags), text),
);

const command = new URL('packages/runner/bundle/main.js', root).pathname;
rewrite('docs/config.schema.json', () => podwright('config', 'schema'));
rewrite('deploy/kustomize/role.yaml', () => podwright('plugins', '-o', 'role'));

function podwright(...args) {
  return execFileSync(process.execPath, [command, ...args], { encoding: 'utf8' });
}

function rewrite(path, update) {
  const file = new URL(path, root);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = update(before);
  if (after === before) return;
  writeFileSync(file, after);
  console.log(path);
}
