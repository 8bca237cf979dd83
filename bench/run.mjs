// Measures podwright on this machine: `npm run bench`, or `npm run bench -- daemon streams` for some of it; `--json` prints one
// object. Build first (`npm ci` does). With KUBECONFIG set, also on that cluster.
import { figureText } from './common.mjs';

const needCluster = new Set(['cluster', 'daemon']);
const sections = {
  pods: async () => [['Building Pods', await (await import('./pods.mjs')).podFigures()]],
  streams: async () => [['Log streams', await (await import('./streams.mjs')).streamFigures()]],
  load: async () => [
    ['200 jobs at once on the embedded API, with a trivial runtime', await (await import('./load.mjs')).loadFigures()],
  ],
  many: async (env) => [
    [
      'The daemon, 500 jobs at once on the embedded API, with a trivial runtime',
      await (await import('./daemon/figures.mjs')).manyJobsFigures(env),
    ],
  ],
  daemon: async (env) => (await import('./daemon/figures.mjs')).daemonFigures(env),
  cluster: async (env) => (await import('./cluster.mjs')).clusterFigures(env),
};

const asJson = process.argv.includes('--json');
const asked = process.argv.slice(2).filter((word) => word !== '--json');
const unknown = asked.filter((name) => !(name in sections));
if (unknown.length > 0)
  throw new Error(`no such section: ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}`);

// So that what was started is ended with it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const all = [];
for (const [name, measure] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (needCluster.has(name) && !process.env.KUBECONFIG) {
    console.error(`KUBECONFIG is not set: no figures of "${name}".`);
    continue;
  }
  for await (const [title, rows] of await measure(process.env)) show(title, rows.map(asFigure));
}
if (asJson) console.log(JSON.stringify(all, undefined, 2));

function asFigure(row) {
  return Array.isArray(row) ? { name: row[0], value: row[1] } : row;
}

function show(title, figures) {
  all.push({ title, figures });
  if (asJson) return;
  console.log(`\n${title}`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const row of figures) console.log(`  ${row.name.padEnd(width)}  ${figureText(row)}`);
}
