// Measures podwright on this machine: `npm run bench`. Build first (`npm ci` does). With KUBECONFIG set, also on that cluster.
import { clusterFigures } from './cluster.mjs';
import { loadFigures } from './load.mjs';
import { podFigures } from './pods.mjs';
import { streamFigures } from './streams.mjs';

const print = (title, rows) => {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`);
};

print('Building Pods', await podFigures());
print('Log streams', await streamFigures());
print('200 jobs at once on the embedded API, with a trivial runtime', await loadFigures());
if (process.env.KUBECONFIG) for (const [title, rows] of await clusterFigures(process.env)) print(title, rows);
else console.log('\nKUBECONFIG is not set: no figures of a cluster.');
