import { describe, expect, it } from 'vitest';
import { flagLines, flagNotice } from './notices.ts';
import { isFeatureFlag } from './flags.ts';
import { otherFlags } from './other-flags.ts';

describe('a feature flag of a runner', () => {
  it.each([
    ['FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', true, undefined],
    ['FF_KUBERNETES_HONOR_ENTRYPOINT', false, undefined],
    ['FF_KUBERNETES_HONOR_ENTRYPOINT', true, 'has no effect: the entrypoint of the build image is not run'],
    ['FF_USE_POD_ACTIVE_DEADLINE_SECONDS', true, undefined],
    ['FF_USE_POD_ACTIVE_DEADLINE_SECONDS', false, 'has no effect: a Pod always has a deadline'],
    ['FF_NETWORK_PER_BUILD', false, 'has no effect: it is for another executor'],
    [
      'FF_USE_LEGACY_KUBERNETES_EXECUTOR_STRATEGY',
      true,
      'has no effect: unknown feature flag, did you mean FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY?',
    ],
    ['x', true, 'has no effect: unknown feature flag'],
    ['__proto__', true, 'has no effect: unknown feature flag'],
  ])('%s = %s', (name, value, message) => {
    expect(flagNotice(name, value)).toBe(message);
  });

  it('is in one table only', () => {
    expect(Object.keys(otherFlags).filter(isFeatureFlag)).toEqual([]);
  });
});

describe('the variables of a job', () => {
  it('are told of where they set a feature flag in vain, each once', () => {
    const variables = [
      { key: 'FF_USE_GIT_NATIV_CLONE', value: 'false' },
      { key: 'FF_USE_GIT_NATIV_CLONE', value: 'true' },
      { key: 'FF_HASH_CACHE_KEYS', value: 'yes' },
      { key: 'FF_USE_DIRECT_DOWNLOAD', value: '' },
      { key: 'FF_TIMESTAMPS', value: 'true' },
      { key: 'FF_USE_GIT_NATIVE_CLONE', value: '1' },
      { key: 'FF_BRANCH', value: 'main' },
      { key: 'FF_SECRET', value: 'true', masked: true },
      { key: 'OTHER', value: 'true' },
    ];
    expect(flagLines(variables)).toEqual([
      'FF_USE_GIT_NATIV_CLONE has no effect: unknown feature flag, did you mean FF_USE_GIT_NATIVE_CLONE?',
      'FF_HASH_CACHE_KEYS is "yes": neither true nor false, so it is off',
    ]);
  });
});
