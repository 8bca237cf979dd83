import { expect, it } from 'vitest';
import { run } from '../../packages/runner/src/run.ts';
import { TestIo } from '../../packages/runner/src/test-kit/test-io.ts';

const root = new URL('../../', import.meta.url).pathname;
const config = ['--config', 'examples/plugin-gpu/config.toml'];

async function runHere(argv: readonly string[]) {
  const io = new TestIo(root, { ...process.env });
  return { status: await run(argv, io), out: io.out.text, errors: io.stderr.text };
}

it('loads a plugin from a package, and explains what it wrote', async () => {
  const { out } = await runHere(['pod', '--repo', 'examples/hello', ...config, '--explain']);
  expect(out).toMatch(/^ +nvidia.com\/gpu: "1" +gpu: gpu.count of \[runners.kubernetes\]$/m);
  expect(out).toMatch(/^ +operator: "Exists" +gpu: gpu.resource of \[runners.kubernetes\]$/m);
});

it('names the plugin when it refuses a job', async () => {
  const { status, errors } = await runHere(['pod', '--repo', 'examples/hello', ...config, '--env', 'ACME_GPU_COUNT=9']);
  expect(status).toBe(1);
  expect(errors).toContain('the job is refused: ACME_GPU_COUNT is "9", but must be a number from 0 to 4 (plugin gpu)');
});

it('lists it beside the built-in ones', async () => {
  const { out } = await runHere(['plugins', ...config]);
  expect(out).toContain('gpu 1.0.0  @acme/podwright-plugin-gpu\n  keys       gpu\n  variables  ACME_GPU_COUNT\n');
});
