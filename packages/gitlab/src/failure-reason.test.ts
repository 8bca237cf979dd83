import { failureReasons } from '@podwright/core';
import { expect, test } from 'vitest';
import { knownReason } from './failure-reason.ts';

test('an old server is told only what it knows', () => {
  expect(Object.fromEntries(failureReasons.map((reason) => [reason, knownReason(reason, [])]))).toEqual({
    script_failure: 'script_failure',
    runner_system_failure: 'runner_system_failure',
    job_execution_timeout: 'job_execution_timeout',
    job_canceled: 'runner_system_failure',
    image_pull_failure: 'runner_system_failure',
    unknown_failure: 'runner_system_failure',
    runner_configuration_error: 'script_failure',
    runner_external_dependency_failure: 'runner_system_failure',
    runner_interrupted: 'runner_system_failure',
  });
});

test('a server that lists a reason is told it', () => {
  expect(knownReason('image_pull_failure', ['image_pull_failure'])).toBe('image_pull_failure');
});
