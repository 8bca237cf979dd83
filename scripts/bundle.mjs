// Puts each of our programs and all that it loads into a few files, `bundle/main.js` and its parts: see
// docs/adr/0013-what-is-run-is-bundled.md. Run by `npm run build` after the compiler.
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
const programs = ['runner', 'helper'];

for (const program of programs) {
  const folder = join(packages, program);
  const bundle = await rolldown({ input: join(folder, 'dist/main.js'), platform: 'node' });
  const dir = join(folder, 'bundle');
  await rm(dir, { recursive: true, force: true });
  // Names stay, for errors are known by them and stack traces are read by people.
  const { output } = await bundle.write({ dir, minify: { mangle: false, compress: false, codegen: true } });
  // What `npm link` has put on somebody's PATH leads here.
  chmodSync(join(dir, 'main.js'), 0o755);
  const files = output.flatMap(({ moduleIds = [] }) => moduleIds);
  writeFileSync(join(dir, 'THIRD-PARTY-LICENSES.txt'), licensesOf(files));
}

/** The licenses of the packages of others that these files belong to, as their authors ask for it. */
function licensesOf(files) {
  const folders = new Set(files.filter((file) => file.includes('/node_modules/')).map(packageOf));
  return [...folders]
    .toSorted((one, other) => one.localeCompare(other))
    .map(licenseOf)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the package that a file belongs to: a manifest without a version only says how to read a folder of one. */
function packageOf(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version !== undefined) return folder;
  }
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const words = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...words, ''].join('\n\n');
}
