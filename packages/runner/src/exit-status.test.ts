import { failureReasons, type FailureReason } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { statusOf } from './exit-status.ts';

describe('statusOf', () => {
  it('is 0 for success', () => {
    expect(statusOf({ state: 'success' })).toBe(0);
  });

  const own: FailureReason[] = [
    'script_failure',
    'job_execution_timeout',
    'job_canceled',
    'runner_configuration_error',
  ];

  it.each(failureReasons)('tells whose fault %s is', (reason) => {
    expect(statusOf({ state: 'failed', reason, message: 'x' })).toBe(own.includes(reason) ? 1 : 3);
  });
});
