import { jobLabel, lifeLabel, type Pod } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { ageOf, verdictOn, youngMilliseconds, type SweepFacts } from './left-behind.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const facts: SweepFacts = { now, life: 'mine', jobs: new Set(['1']), deadLives: new Set(['dead']) };

interface Given {
  readonly age?: number;
  readonly life?: string;
  readonly job?: string;
  readonly deadline?: number;
  /** Seconds since its grace period has ended. */
  readonly deleted?: number;
}

function podOf({ age = 600, life = 'mine', job = '2', deadline = 7200, deleted }: Given): Pod {
  const at = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
  return {
    metadata: {
      creationTimestamp: at(age),
      labels: { ...(life !== '' && { [lifeLabel]: life }), [jobLabel]: job },
      ...(deleted !== undefined && { deletionTimestamp: at(deleted) }),
    },
    spec: { containers: [], activeDeadlineSeconds: deadline },
  };
}

describe('a Pod with the system id of the daemon', () => {
  it.each<[string, Given, string]>([
    ['of a job that runs here', { job: '1' }, 'keep'],
    ['of a job that ended here, whose Pod could not be deleted', {}, 'sweep'],
    ['of a dead daemon', { life: 'dead' }, 'sweep'],
    ['of a dead daemon, with the id of a job that runs here again', { life: 'dead', job: '1' }, 'sweep'],
    ['of a daemon that is not known to be dead', { life: 'living' }, 'keep'],
    ['of nobody who is known', { life: '' }, 'keep'],
    ['that is young', { age: youngMilliseconds / 1000 - 1 }, 'keep'],
    ['that is old enough', { age: youngMilliseconds / 1000 }, 'sweep'],
    ['from the future', { age: -3600 }, 'keep'],
    ['past its deadline, of a living daemon', { life: 'living', age: 7201 }, 'sweep'],
    ['past its deadline, of nobody who is known', { life: '', age: 7201 }, 'sweep'],
    ['that is being deleted', { deleted: -20 }, 'keep'],
    ['that should have gone a while ago', { deleted: 300 }, 'keep'],
    ['that does not go', { deleted: 601, job: '1' }, 'stuck'],
  ])('%s', (_, given, verdict) => {
    expect(verdictOn(podOf(given), facts)).toBe(verdict);
  });

  it('is of no age when it does not tell', () => {
    expect(ageOf({}, now)).toBe(0);
    expect(verdictOn({}, facts)).toBe('keep');
  });
});
