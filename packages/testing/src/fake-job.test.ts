import { defaultRunnerConfig, stateKey } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { fakeJob } from './fake-job.ts';
import { fakeLogger } from './fake-logger.ts';

describe('fakeJob', () => {
  it('is complete without any option', () => {
    const job = fakeJob();
    expect(job.payload.image?.name).toBe('alpine:3.12');
    expect(job.variables.get('CI_PROJECT_DIR')).toBe(job.paths.projectDir);
    expect(job.containers.map(({ name }) => name)).toEqual(['helper', 'build']);
    expect(job.namespace).toBe('ci');
    expect(job.signal.aborted).toBe(false);
  });

  it('takes other members of the payload, and expands their variables', () => {
    const { payload, variables } = fakeJob({
      payload: {
        image: null,
        variables: [
          { key: 'A', value: '$B' },
          { key: 'B', value: 'b' },
        ],
      },
    });
    expect(payload.image).toBeUndefined();
    expect(variables.get('A')).toBe('b');
  });

  it('takes a runner', () => {
    const runner = { ...defaultRunnerConfig([]), environment: ['A=1'] };
    expect(fakeJob({ runner, namespace: 'other' })).toMatchObject({ runner, namespace: 'other' });
    expect(fakeJob({ runner }).variables.get('A')).toBe('1');
  });

  it('keeps the lines of its trace, and the state of plugins', () => {
    const job = fakeJob();
    job.log.info('a');
    job.log.warn('b');
    job.log.error('c');
    expect(job.log.lines).toEqual(['info: a', 'warn: b', 'error: c']);
    const key = stateKey('list', () => [] as number[]);
    job.state(key).push(1);
    expect(job.state(key)).toEqual([1]);
    expect(fakeJob().state(key)).toEqual([]);
  });
});

describe('fakeLogger', () => {
  it('keeps the lines of all its children with their fields', () => {
    const logger = fakeLogger();
    const child = logger.child({ plugin: 'images' }).child({ job: 1 });
    child.debug({ job: 2 }, 'a');
    logger.error({}, 'b');
    child.warn({}, 'c');
    child.info({}, 'd');
    expect(logger.lines).toEqual([
      { level: 'debug', fields: { plugin: 'images', job: 2 }, message: 'a' },
      { level: 'error', fields: {}, message: 'b' },
      { level: 'warn', fields: { plugin: 'images', job: 1 }, message: 'c' },
      { level: 'info', fields: { plugin: 'images', job: 1 }, message: 'd' },
    ]);
  });
});
