/** Rewrites the generated tables in the READMEs of our plugins. Run after `tsc -b`: `npm run docs`. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { updateReadme } from '../packages/testing/dist/index.js';

const packages = new URL('../packages/', import.meta.url);

for (const folder of readdirSync(packages).filter((name) => name.startsWith('plugin-'))) {
  const exported = Object.values(await import(new URL(`${folder}/dist/index.js`, packages).href));
  const plugin = exported.find((value) => typeof value.apply === 'function' && value.configSchema);
  if (!plugin) throw new Error(`packages/${folder} exports no plugin`);
  const readme = new URL(`${folder}/README.md`, packages);
  const before = readFileSync(readme, 'utf8');
  const after = updateReadme(before, plugin);
  if (after === before) continue;
  writeFileSync(readme, after);
  console.log(`packages/${folder}/README.md`);
}
