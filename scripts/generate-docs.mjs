/** Rewrites what is generated of the docs: tables of options and flags, and the JSON Schema. Run after `tsc -b`: `npm run docs`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connectionConfigSchema } from '../packages/cluster/dist/index.js';
import { executorConfigSchema, globalConfigSchema, runnerConfigSchema } from '../packages/core/dist/index.js';
import { registerFlags } from '../packages/runner/dist/registration/register-flags.js';
import { updateFlags, updateOptions, updateReadme } from '../packages/testing/dist/index.js';

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
  connection: connectionConfigSchema,
  executor: executorConfigSchema,
};
rewrite('docs/configuration.md', (text) =>
  Object.entries(tables).reduce((filled, [name, schema]) => updateOptions(filled, name, schema), text),
);

rewrite('docs/registration.md', (text) =>
  Object.entries(registerFlags).reduce((filled, [name, flags]) => updateFlags(filled, name, flags), text),
);

const command = new URL('packages/runner/dist/main.js', root).pathname;
rewrite('docs/config.schema.json', () =>
  execFileSync(process.execPath, [command, 'config', 'schema'], { encoding: 'utf8' }),
);

function rewrite(path, update) {
  const file = new URL(path, root);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = update(before);
  if (after === before) return;
  writeFileSync(file, after);
  console.log(path);
}
