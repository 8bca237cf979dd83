import { ConfigError, definePlugin, version } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildPod, prepareJob } from './prepared-job.ts';

const echo = definePlugin({
  name: 'echo',
  core: `^${version}`,
  configSchema: z.strictObject({ echo: z.string().default('') }),
  apply({ hooks, config, logger }) {
    logger.info({ echo: config.echo }, 'set up');
    hooks.prepare.tap('echo', (job) => job.log.info(`echo ${config.echo}`));
    hooks.buildPod.tap('echo', ({ pod }, job) => {
      pod.metadata.annotations['echo'] = `${config.echo} ${job.attempt}`;
    });
    hooks.podFailed.tap('echo', (problem, decision) => {
      if (problem.kind === 'unschedulable') decision.again('with less');
    });
  },
});

describe('buildPod', () => {
  it.each([
    ['keys of [runners.kubernetes] alone', 'echo = "hello"'],
    ['a whole file', '[[runners]]\n  [runners.kubernetes]\n    echo = "hello"'],
  ])('takes %s', async (_, toml) => {
    const { pod } = await buildPod({ plugins: [echo], toml });
    expect(pod.metadata?.annotations).toEqual({ echo: 'hello 1' });
  });

  it('names Pods the same each time', async () => {
    const { pod } = await buildPod({ plugins: [] });
    expect(pod.metadata?.name).toBe('runner-abcd1234-project-17-concurrent-0-random01');
  });

  it('refuses keys that nobody owns', async () => {
    await expect(buildPod({ plugins: [echo], toml: 'ecko = "hello"' })).rejects.toThrow(ConfigError);
    await expect(buildPod({ plugins: [echo], toml: 'ecko = "hello"' })).rejects.toThrow(/did you mean echo/);
  });

  it('refuses a file with two runners', async () => {
    const toml = '[[runners]]\n[[runners]]';
    await expect(buildPod({ plugins: [], toml })).rejects.toThrow('config.toml has 2 runners; give it one');
  });
});

describe('prepareJob', () => {
  it('gives what was said, and builds one Pod after the other', async () => {
    const prepared = await prepareJob({ plugins: [echo], toml: 'echo = "hello"', payload: { id: 7 } });
    expect(prepared.trace).toEqual(['info: echo hello']);
    expect(prepared.logger.lines).toEqual([
      { level: 'info', fields: { plugin: 'echo', echo: 'hello' }, message: 'set up' },
    ]);
    expect(prepared.job.payload.id).toBe(7);

    const [first, second] = [await prepared.build(), await prepared.build()];
    expect([first, second].map(({ pod }) => pod.metadata?.annotations?.['echo'])).toEqual(['hello 1', 'hello 2']);
    expect(first.pod.metadata?.name).not.toBe(second.pod.metadata?.name);
  });

  it('tells who said again', async () => {
    const prepared = await prepareJob({ plugins: [echo] });
    const failure = { state: 'failed', reason: 'runner_system_failure', message: 'no node' } as const;
    expect(await prepared.podFailed({ kind: 'unschedulable', reason: 'Unschedulable', failure })).toEqual([
      'with less',
    ]);
    expect(await prepared.podFailed({ kind: 'pod_ended', reason: 'Evicted', failure })).toEqual([]);
  });
});
