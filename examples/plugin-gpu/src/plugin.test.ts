import { buildPod, describePlugin, prepareJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { gpuPlugin } from './plugin.ts';

describePlugin(gpuPlugin, {
  toml: '[runners.kubernetes.gpu]\ncount = 1\nmax = 4',
  payload: { variables: [{ key: 'ACME_GPU_COUNT', value: '2' }] },
  readme: new URL('../README.md', import.meta.url),
});

const plugins = [gpuPlugin];
const toml = '[runners.kubernetes.gpu]\nresource = "acme.com/gpu"\nmax = 4';
const asking = (value: string) => ({ variables: [{ key: 'ACME_GPU_COUNT', value }] });

describe('the plugin gpu', () => {
  it('gives the build container what the job asks for, and tolerates the taint of the nodes that have it', async () => {
    const { pod } = await buildPod({ plugins, toml, payload: asking('2') });
    expect(pod.spec?.containers.map(({ resources }) => resources?.limits)).toEqual([
      undefined,
      { 'acme.com/gpu': '2' },
    ]);
    expect(pod.spec?.tolerations).toEqual([{ key: 'acme.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  });

  it.each(['5', '-1', 'many'])('refuses %s, and is named', async (value) => {
    await expect(prepareJob({ plugins, toml, payload: asking(value) })).rejects.toMatchObject({
      plugin: 'gpu',
      message: `ACME_GPU_COUNT is "${value}", but must be a number from 0 to 4`,
    });
  });

  it('says that nobody may ask', async () => {
    const { trace } = await prepareJob({ plugins, payload: asking('1') });
    expect(trace).toEqual([`warn: ACME_GPU_COUNT "1" is ignored: gpu.max is not set in this runner's configuration`]);
  });

  it('is named by problems of its table', async () => {
    await expect(prepareJob({ plugins, toml: '[runners.kubernetes.gpu]\ncount = "1"' })).rejects.toThrow(
      /config\.toml:5: runners\[0\]\.kubernetes\.gpu\.count: expected number, received string \(plugin gpu\)/,
    );
  });
});
