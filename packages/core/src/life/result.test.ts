import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan.ts';
import { fakeStage } from '../test-kit/fakes.ts';
import type { FinishedEvent } from './events.ts';
import { resultOf } from './result.ts';

const plan: Plan = {
  strategy: 'attach',
  nonce: 'n',
  timeoutSeconds: 5400,
  stages: [
    fakeStage('get_sources', { container: 'helper' }),
    fakeStage('step_script', { timeoutSeconds: 30 }),
    fakeStage('upload_artifacts_on_success', { container: 'helper', failsForJob: true }),
  ],
};

describe('resultOf', () => {
  it('takes 0 for success', () => expect(resultOf(finished({ exit_code: 0 }), plan)).toEqual({ state: 'success' }));

  it.each([
    [
      'a script that failed',
      { exit_code: 3, stage: 'step_script' },
      { reason: 'script_failure', exitCode: 3, stage: 'step_script', message: 'command terminated with exit code 3' },
    ],
    [
      'a script that a signal ended',
      { exit_code: 139, stage: 'step_script' },
      { reason: 'script_failure', exitCode: 139, message: 'command terminated with exit code 139 (signal 11)' },
    ],
    [
      'a script of the runner that failed',
      { exit_code: 128, stage: 'get_sources' },
      {
        reason: 'runner_system_failure',
        exitCode: 128,
        message: 'stage get_sources: command terminated with exit code 128',
      },
    ],
    [
      'artifacts that GitLab does not take',
      { exit_code: 1, stage: 'upload_artifacts_on_success' },
      {
        reason: 'script_failure',
        exitCode: 1,
        message: 'stage upload_artifacts_on_success: command terminated with exit code 1',
      },
    ],
    [
      'a cancelled job',
      { exit_code: 1, stage: 'step_script', stopped: 'canceled' },
      { reason: 'job_canceled', stage: 'step_script' },
    ],
    [
      'a job that was cancelled after it had succeeded so far',
      { exit_code: 0, stopped: 'canceled' },
      { reason: 'job_canceled', message: 'the job was canceled' },
    ],
    [
      'a job out of time',
      { exit_code: 1, stage: 'step_script', stopped: 'job_timeout' },
      { reason: 'job_execution_timeout', message: 'the job took longer than 1h 30m' },
    ],
    [
      'a stage out of time',
      { exit_code: 1, stage: 'step_script', stopped: 'stage_timeout' },
      { reason: 'script_failure', message: 'stage step_script took longer than 30s' },
    ],
    [
      'a process that the kernel killed',
      { exit_code: 137, stage: 'step_script', oom_kills: 1 },
      {
        reason: 'runner_system_failure',
        exitCode: 137,
        message: 'out of memory (OOMKilled): a process of stage step_script',
      },
    ],
    [
      'a failure that had nothing to do with a kill before it',
      { exit_code: 1, stage: 'step_script', oom_kills: 1 },
      { reason: 'script_failure', exitCode: 1 },
    ],
  ] as const)('knows %s', (_, event, result) => {
    expect(resultOf(finished(event), plan)).toMatchObject({ state: 'failed', ...result });
  });
});

function finished(event: Partial<FinishedEvent> & { exit_code: number }): FinishedEvent {
  return { event: 'finished', time: 1, offset: 1, ...event };
}
