import type { PodProblem } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import type { PullPolicy } from './config.ts';
import { imagePullPolicy, judgePull } from './pull-policy.ts';

describe('imagePullPolicy', () => {
  it.each<[string, readonly PullPolicy[], number, string | undefined]>([
    ['nothing without a configuration', [], 0, undefined],
    ['nothing for the empty policy', [''], 0, undefined],
    ['Always for always', ['always'], 0, 'Always'],
    ['IfNotPresent for if-not-present', ['if-not-present'], 0, 'IfNotPresent'],
    ['Never for never', ['never'], 0, 'Never'],
    ['the second policy after one failure', ['always', 'never'], 1, 'Never'],
    ["the cluster's default when that is next", ['never', ''], 1, undefined],
  ])('gives %s', (_, policies, failures, expected) => {
    expect(imagePullPolicy(policies, failures)).toBe(expected);
  });
});

describe('judgePull', () => {
  it.each<[string, PodProblem, readonly PullPolicy[], number, ReturnType<typeof judgePull>]>([
    [
      'tries the second policy when the first failed',
      problem('image_pull', 'ErrImagePull'),
      ['always', 'if-not-present'],
      0,
      {
        warning: 'pull policy Always failed: registry is down',
        next: 'pull policy IfNotPresent for container build, attempt 2',
      },
    ],
    [
      'tries the last policy when the one before failed',
      problem('image_pull', 'ImagePullBackOff'),
      ['never', '', 'always'],
      1,
      {
        warning: "the cluster's default pull policy failed: registry is down",
        next: 'pull policy Always for container build, attempt 2',
      },
    ],
    [
      'gives up after the last policy',
      problem('image_pull', 'ErrImagePull'),
      ['always', 'never'],
      1,
      { warning: 'pull policy Never failed: registry is down' },
    ],
    [
      'names the policy when there is only one',
      problem('image_pull', 'ErrImagePull'),
      ['always'],
      0,
      { warning: 'pull policy Always failed: registry is down' },
    ],
    [
      'goes on after ErrImageNeverPull',
      problem('image_pull', 'ErrImageNeverPull'),
      ['never', 'always'],
      0,
      {
        warning: 'pull policy Never failed: registry is down',
        next: 'pull policy Always for container build, attempt 2',
      },
    ],
    ['says nothing about policies when none is configured', problem('image_pull', 'ErrImagePull'), [], 0, undefined],
    ['leaves a malformed name alone', problem('image_name', 'InvalidImageName'), ['always', 'never'], 0, undefined],
    ['leaves other problems alone', problem('unschedulable', 'Unschedulable'), ['always', 'never'], 0, undefined],
    ['cannot help a Pod as a whole', withoutContainer(), ['always', 'never'], 0, undefined],
  ])('%s', (_, given, policies, failures, expected) => {
    expect(judgePull(given, policies, failures, 1)).toEqual(expected);
  });

  it('counts the Pods of the job, whichever container they failed for', () => {
    expect(judgePull(problem('image_pull', 'ErrImagePull'), ['always', 'never'], 0, 3)?.next).toMatch(/attempt 4$/);
  });
});

function problem(kind: PodProblem['kind'], reason: string): PodProblem {
  const failure = { state: 'failed', reason: 'image_pull_failure', message: 'registry is down' } as const;
  return { kind, reason, container: 'build', image: 'alpine:3.12', failure };
}

function withoutContainer(): PodProblem {
  const { container: _, ...rest } = problem('image_pull', 'ErrImagePull');
  return rest;
}
