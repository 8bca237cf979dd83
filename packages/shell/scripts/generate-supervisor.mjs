// Writes src/supervisor-text.ts: the parts of the supervisor as one program, in a module that `tsc -b` takes along.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../src/', import.meta.url);
const parts = readdirSync(new URL('supervisor', source)).toSorted();
const program = parts.map((part) => readFileSync(new URL(`supervisor/${part}`, source), 'utf8')).join('\n');
const escaped = program.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`);

writeFileSync(
  new URL('supervisor-text.ts', source),
  `/* oxlint-disable max-lines -- generated; its parts in src/supervisor are short */
/** The supervisor, one POSIX sh program. Generated from src/supervisor by \`npm run generate\`. */
export const supervisor = \`${escaped}\`;
`,
);
