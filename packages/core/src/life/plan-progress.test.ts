import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan.ts';
import type { StageFinishedEvent } from './events.ts';
import { fakeStage as stage } from '../test-kit/fakes.ts';
import { PlanProgress } from './plan-progress.ts';

const stages = {
  sources: stage('get_sources', { container: 'helper' }),
  script: stage('step_script'),
  release: stage('step_release'),
  after: stage('after_script', { condition: 'always', afterCancel: true, countsForResult: false }),
  failed: stage('upload_on_failure', { condition: 'on_failure', afterCancel: 'once_begun' }),
  uploaded: stage('upload_on_success'),
  cleanup: stage('cleanup', { condition: 'always', afterCancel: true, afterTimeout: true, countsForResult: false }),
};
const plan: Plan = { nonce: 'n', strategy: 'exec', timeoutSeconds: 60, stages: Object.values(stages) };

type End = Partial<Pick<StageFinishedEvent, 'exit_code' | 'stopped' | 'oom_kills'>>;

/** Walks the plan; what a stage does, and what happens in it, is told by its name. */
function walk(ends: Record<string, End>, during: Record<string, 'cancel' | 'an hour'> = {}) {
  let canceled = during['the beginning'] === 'cancel';
  let time = 0;
  const progress = new PlanProgress({ plan, isCanceled: () => canceled, now: () => time });
  const ran: string[] = [];
  for (const each of plan.stages) {
    if (!progress.isDue(each)) continue;
    ran.push(`${each.name} ${progress.statusFor(each)}`);
    progress.started(each);
    canceled ||= during[each.name] === 'cancel';
    if (during[each.name] === 'an hour') time += 3600;
    const end = { exit_code: 0, ...ends[each.name] };
    progress.ended(each, { event: 'stage_finished', stage: each.name, attempt: 1, time: 0, offset: 0, ...end });
  }
  const { event: _, time: __, offset: ___, ...result } = progress.finished(1);
  return { ran, result };
}

describe('the way through a plan', () => {
  it.each([
    {
      when: 'all goes well',
      ran: [
        'get_sources running',
        'step_script running',
        'step_release running',
        'after_script success',
        'upload_on_success success',
        'cleanup success',
      ],
      result: { exit_code: 0 },
    },
    {
      when: 'there are no sources',
      ends: { get_sources: { exit_code: 1 } },
      ran: ['get_sources running', 'upload_on_failure failed', 'cleanup failed'],
      result: { exit_code: 1, stage: 'get_sources' },
    },
    {
      when: 'the script fails, and other stages after it',
      ends: {
        step_script: { exit_code: 137, oom_kills: 1 },
        after_script: { exit_code: 2 },
        upload_on_failure: { exit_code: 3 },
      },
      ran: [
        'get_sources running',
        'step_script running',
        'after_script failed',
        'upload_on_failure failed',
        'cleanup failed',
      ],
      result: { exit_code: 137, stage: 'step_script', oom_kills: 1 },
    },
    {
      when: 'after_script fails',
      ends: { after_script: { exit_code: 2 } },
      ran: [
        'get_sources running',
        'step_script running',
        'step_release running',
        'after_script success',
        'upload_on_success success',
        'cleanup success',
      ],
      result: { exit_code: 0 },
    },
    {
      when: 'it is cancelled before the script',
      during: { get_sources: 'cancel' },
      ends: { get_sources: { exit_code: 143, stopped: 'canceled' } },
      ran: ['get_sources running', 'cleanup canceled'],
      result: { exit_code: 143, stage: 'get_sources', stopped: 'canceled' },
    },
    {
      when: 'it is cancelled in the script, which says that it went well',
      during: { step_script: 'cancel' },
      ends: { step_script: { exit_code: 0, stopped: 'canceled' } },
      ran: [
        'get_sources running',
        'step_script running',
        'after_script canceled',
        'upload_on_failure canceled',
        'cleanup canceled',
      ],
      result: { exit_code: 143, stage: 'step_script', stopped: 'canceled' },
    },
    {
      when: 'it is cancelled before the first stage',
      during: { 'the beginning': 'cancel' },
      ran: ['cleanup canceled'],
      result: { exit_code: 143, stopped: 'canceled' },
    },
    {
      when: 'there is no time left for the rest',
      during: { step_script: 'an hour' },
      ran: ['get_sources running', 'step_script running', 'cleanup timedout'],
      result: { exit_code: 143, stopped: 'job_timeout' },
    },
  ] as const)('when $when', ({ ran, result, ...given }) => {
    const { ends = {}, during = {} } = given as { ends?: Record<string, End>; during?: Record<string, 'cancel'> };
    expect(walk(ends, during)).toEqual({ ran, result });
  });

  it('counts the time of the job from its first stage', () => {
    let time = 1000;
    const progress = new PlanProgress({ plan, isCanceled: () => false, now: () => time });
    expect(progress.secondsLeft).toBe(60);
    time = 2000;
    progress.started(stages.sources);
    time = 2010.5;
    expect(progress.secondsLeft).toBe(50);
  });
});
