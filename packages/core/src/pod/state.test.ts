import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../kubernetes.ts';
import { isRunning, podProblem, startTimeoutProblem, waitingText } from './state.ts';

const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };

describe('podProblem', () => {
  it.each([
    ['a Pod without a status', pod({})],
    [
      'a Pod that is created',
      pod({
        status: {
          phase: 'Pending',
          containerStatuses: [container('build', { waiting: { reason: 'ContainerCreating' } })],
        },
      }),
    ],
    [
      'a Pod that runs',
      pod({
        status: { phase: 'Running', containerStatuses: [container('build', running), container('helper', running)] },
      }),
    ],
    [
      'a service that ended',
      pod({ status: { phase: 'Running', containerStatuses: [container('svc-0', ended(1, 'Error'))] } }),
    ],
    [
      'an init container that ended',
      pod({ status: { phase: 'Pending', initContainerStatuses: [container('first', ended(0, 'Completed'))] } }),
    ],
  ])('sees none in %s', (_, value) => expect(podProblem(value)).toBeUndefined());

  it.each([
    ['a Pod that is gone', undefined, 'pod_deleted', 'runner_system_failure', /deleted/],
    [
      'a Pod that is going',
      pod({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      'pod_deleted',
      'runner_system_failure',
      /deleted/,
    ],
    [
      'a pull error',
      waiting('ErrImagePull', 'not found'),
      'image_pull',
      'image_pull_failure',
      /image img of container build cannot be pulled: ErrImagePull: not found/,
    ],
    ['a pull that is repeated', waiting('ImagePullBackOff'), 'image_pull', 'image_pull_failure', /ImagePullBackOff/],
    [
      'an image that may not be pulled',
      waiting('ErrImageNeverPull'),
      'image_pull',
      'image_pull_failure',
      /ErrImageNeverPull/,
    ],
    [
      'a name that is none',
      waiting('InvalidImageName'),
      'image_name',
      'runner_configuration_error',
      /"img" of container build is no image name/,
    ],
    [
      'a missing key',
      waiting('CreateContainerConfigError', 'no key x'),
      'container_config',
      'runner_configuration_error',
      /CreateContainerConfigError: no key x/,
    ],
    [
      'an image without a shell',
      waiting('RunContainerError', 'exec: "sh": executable file not found in $PATH'),
      'container_config',
      'runner_configuration_error',
      /image img of container build has no shell \(sh\)/,
    ],
    [
      'a program that could not start',
      dead(128, 'StartError', 'no sh: no such file or directory'),
      'container_config',
      'runner_configuration_error',
      /no shell/,
    ],
    [
      'a container that was killed',
      dead(137, 'Error'),
      'container_died',
      'runner_system_failure',
      /container build died .*signal 9/,
    ],
    ['a container that gave up', dead(2, 'Error'), 'container_died', 'runner_system_failure', /exit code 2/],
    [
      'a container out of memory',
      dead(137, 'OOMKilled'),
      'container_died',
      'runner_system_failure',
      /out of memory .*container build, whose memory limit is 64Mi/,
    ],
    [
      'an evicted Pod',
      pod({ status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } }),
      'pod_ended',
      'runner_system_failure',
      /Evicted: low on memory/,
    ],
    [
      'a Pod past its deadline',
      pod({ status: { phase: 'Failed', reason: 'DeadlineExceeded' } }),
      'pod_ended',
      'runner_system_failure',
      /DeadlineExceeded/,
    ],
    [
      'a Pod whose containers all ended',
      pod({ status: { phase: 'Succeeded' } }),
      'pod_ended',
      'runner_system_failure',
      /Succeeded/,
    ],
    [
      'a disrupted Pod',
      pod({
        status: {
          phase: 'Running',
          conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'drain' }],
        },
      }),
      'pod_ended',
      'runner_system_failure',
      /EvictionByEvictionAPI: drain/,
    ],
  ])('sees %s', (_, value, kind, reason, message) => {
    const problem = podProblem(value);
    expect(problem).toMatchObject({ kind, failure: { state: 'failed', reason } });
    expect(problem?.failure.message).toMatch(message);
  });

  it.each([
    ['a start that failed', dead(137, 'OOMKilled'), 'memory_limit'],
    ['a pull that failed', waiting('ErrImagePull'), 'credentials'],
  ])('says what to do about %s', (_, value, word) => expect(podProblem(value)?.failure.hint).toContain(word));
});

describe('startTimeoutProblem', () => {
  it("gives the scheduler's own words when no node took the Pod", () => {
    const unscheduled = pod({
      status: {
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
        ],
      },
    });
    const problem = startTimeoutProblem(unscheduled, 180);
    expect(problem).toMatchObject({ kind: 'unschedulable', reason: 'Unschedulable' });
    expect(problem.failure.message).toBe('no node took the Pod within 180 s: 0/1 nodes are available');
    expect(waitingText(unscheduled)).toBe('0/1 nodes are available');
  });

  it('says what a scheduled Pod waits for', () => {
    const slow = pod({
      status: {
        conditions: [{ type: 'PodScheduled', status: 'True' }],
        containerStatuses: [container('build', { waiting: { reason: 'ContainerCreating' } })],
      },
    });
    const problem = startTimeoutProblem(slow, 60);
    expect(problem.kind).toBe('start_timeout');
    expect(problem.failure.message).toBe('the Pod did not start within 60 s: container build: ContainerCreating');
  });
});

describe('isRunning', () => {
  const value = pod({ status: { containerStatuses: [container('helper', running)] } });
  it('sees a container that runs', () => expect(isRunning(value, 'helper')).toBe(true));
  it('sees none that does not', () => expect(isRunning(value, 'build')).toBe(false));
});

function pod(parts: { metadata?: Pod['metadata']; status?: Pod['status'] }): Pod {
  const spec = { containers: [{ name: 'build', resources: { limits: { memory: '64Mi' } } }] };
  return { metadata: { name: 'p', ...parts.metadata }, spec, ...(parts.status && { status: parts.status }) };
}

function container(name: string, state: NonNullable<ContainerStatus['state']>): ContainerStatus {
  return { name, image: 'img', imageID: '', ready: false, restartCount: 0, state };
}

function waiting(reason: string, message?: string): Pod {
  return pod({
    status: {
      phase: 'Pending',
      containerStatuses: [container('build', { waiting: { reason, ...(message && { message }) } })],
    },
  });
}

function ended(exitCode: number, reason: string, message?: string) {
  return { terminated: { exitCode, reason, ...(message && { message }) } };
}

function dead(exitCode: number, reason: string, message?: string): Pod {
  return pod({
    status: { phase: 'Running', containerStatuses: [container('build', ended(exitCode, reason, message))] },
  });
}
