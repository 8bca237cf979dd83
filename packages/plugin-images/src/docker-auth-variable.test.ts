import { defaultRunnerConfig, type Variable } from '@podwright/core';
import { fakeJob } from '@podwright/testing';
import { describe, expect, it } from 'vitest';
import { dockerAuthVariable } from './docker-auth-variable.ts';

const key = 'DOCKER_AUTH_CONFIG';

describe('dockerAuthVariable', () => {
  it.each<[string, readonly Variable[], string]>([
    ['is empty when there is none', [], ''],
    [
      'is the last of its name',
      [
        { key, value: 'a' },
        { key, value: 'b' },
      ],
      'b',
    ],
    ['keeps a $ that begins no reference', [{ key, value: '{"password":"pa$word$1$"}' }], '{"password":"pa$word$1$"}'],
    ['makes one $ of two', [{ key, value: 'pa$$word' }], 'pa$word'],
    [
      'replaces references to variables that exist',
      [
        { key, value: '{"$HOST":"${TOKEN}-$NONE-${NONE}"}' },
        { key: 'HOST', value: 'r' },
        { key: 'TOKEN', value: 't' },
      ],
      '{"r":"t-$NONE-${NONE}"}',
    ],
    [
      'may be a reference as a whole',
      [
        { key, value: '$OTHER' },
        { key: 'OTHER', value: '{"auths":{}}' },
      ],
      '{"auths":{}}',
    ],
    [
      'leaves a raw variable as it is',
      [
        { key, value: '$HOST$$', raw: true },
        { key: 'HOST', value: 'r' },
      ],
      '$HOST$$',
    ],
    [
      'does not expand what it inserted',
      [
        { key, value: '$A' },
        { key: 'A', value: '$$B', raw: true },
      ],
      '$$B',
    ],
  ])('%s', (_, variables, expected) => {
    expect(dockerAuthVariable(fakeJob({ payload: { variables } }))).toBe(expected);
  });

  it("can come from the runner's environment, and the job's own comes first", () => {
    const runner = { ...defaultRunnerConfig([]), environment: ['X=1', `${key}=a=$b`] };
    expect(dockerAuthVariable(fakeJob({ runner }))).toBe('a=$b');
    expect(dockerAuthVariable(fakeJob({ runner, payload: { variables: [{ key, value: 'own' }] } }))).toBe('own');
  });
});
