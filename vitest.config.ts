import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests run on the sources: each of our packages stands for its src/index.ts. */
const alias = Object.fromEntries(
  readdirSync(new URL('packages', import.meta.url)).map((folder) => {
    const base = new URL(`packages/${folder}/`, import.meta.url);
    const { name } = JSON.parse(readFileSync(new URL('package.json', base), 'utf8')) as { name: string };
    return [name, new URL('src/index.ts', base).pathname];
  }),
);

const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...exclude, '**/*.cluster.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // No test replaces a module, so that all may share them: loading them anew took longer than many tests.
          isolate: false,
          // Many tests wait for processes more than they compute.
          maxWorkers: 3,
        },
      },
      {
        // Runs against the cluster that KUBECONFIG names, one file after the other.
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/**/*.cluster.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
