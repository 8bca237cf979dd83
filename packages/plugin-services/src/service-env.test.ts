import { Variables, type Variable } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { commonEnv, isVariableName, serviceEnv } from './service-env.ts';

const ofJob = new Variables([
  { key: 'BRANCH', value: 'main', public: true },
  { key: 'PRICE', value: '5$', public: true },
  { key: 'TOKEN', value: 'hunter2' },
  { key: 'PASSWORD', value: 'secret', public: true, masked: true },
  { key: 'KEY_FILE', value: 'content', public: true, file: true },
]);

describe('commonEnv', () => {
  it('has what is public, as the build container has it, and no secrets', () => {
    expect(commonEnv(ofJob)).toEqual({
      env: [
        { name: 'BRANCH', value: 'main' },
        { name: 'PRICE', value: '5$$' },
      ],
      secrets: new Map(),
    });
  });
});

describe('a public variable of the job with a secret in it', () => {
  const leaky = ofJob.with([{ key: 'DSN', value: 'pg://u:secret@db', public: true }]);
  const shown = [
    { name: 'BRANCH', value: 'main' },
    { name: 'PRICE', value: '5$$' },
  ];

  it('reaches a service, but not through the Pod', () => {
    expect(commonEnv(leaky)).toEqual({ env: shown, secrets: new Map([['DSN', 'pg://u:secret@db']]) });
    expect(serviceEnv(leaky, [variable('URL', '$DSN/x')])).toEqual({
      env: shown,
      secrets: new Map([
        ['DSN', 'pg://u:secret@db'],
        ['URL', 'pg://u:secret@db/x'],
      ]),
    });
  });

  it("is hidden by the service's own variable of its name", () => {
    expect(serviceEnv(leaky, [variable('DSN', 'none')])).toEqual({
      env: [...shown, { name: 'DSN', value: 'none' }],
      secrets: new Map(),
    });
  });
});

describe('serviceEnv', () => {
  it("puts the service's own variables over the job's, each name once", () => {
    expect(envOf([variable('BRANCH', 'other'), variable('MODE', 'a'), variable('MODE', 'b')])).toEqual({
      env: { BRANCH: 'other', PRICE: '5$$', MODE: 'b' },
      secrets: {},
    });
  });

  it.each([
    ['public ones', 'x-$BRANCH-${PRICE}', 'x-main-5$$'],
    ['its own', '$MODE', 'test'],
    ['unknown ones', 'a${NOTHING}b', 'ab'],
  ])('replaces references to %s', (_, value, expected) => {
    expect(envOf([variable('MODE', 'test'), variable('V', value)]).env).toMatchObject({ V: expected });
  });

  it('leaves a raw variable alone', () => {
    expect(envOf([{ ...variable('V', '$BRANCH $(TOKEN)'), raw: true }]).env).toMatchObject({ V: '$$BRANCH $$(TOKEN)' });
  });

  it.each([
    ['a variable that is not public', variable('V', 'x-$TOKEN'), 'x-hunter2'],
    ['a masked variable', variable('V', '$PASSWORD'), 'secret'],
    ['a file variable', variable('V', '$KEY_FILE'), 'content'],
    ['a masked variable of its own', variable('V', '$OWN'), 'mine'],
    ['a masked variable that is written out', variable('V', 'x-secret'), 'x-secret'],
  ])('keeps a value with the value of %s out of the Pod', (_, own, expected) => {
    const { env, secrets } = envOf([{ ...variable('OWN', 'mine'), masked: true }, own]);
    expect(env).toEqual({ BRANCH: 'main', PRICE: '5$$' });
    expect(secrets).toEqual({ OWN: 'mine', V: expected });
  });

  it.each([{ masked: true }, { file: true }, { masked: true, raw: true }])(
    'keeps one that is %j out of the Pod',
    (more) => {
      expect(envOf([{ ...variable('BRANCH', 'x'), ...more }])).toEqual({
        env: { PRICE: '5$$' },
        secrets: { BRANCH: 'x' },
      });
    },
  );

  it('may show a variable that hides a secret one of the job', () => {
    expect(envOf([variable('TOKEN', 'known'), variable('V', '$TOKEN')])).toEqual({
      env: { BRANCH: 'main', PRICE: '5$$', TOKEN: 'known', V: 'known' },
      secrets: {},
    });
  });
});

describe('isVariableName', () => {
  it.each(['A', '_', 'a.b-c', '-', '.a', 'POSTGRES_DB'])('takes %j', (text) => {
    expect(isVariableName(text)).toBe(true);
  });
  it.each(['', '1A', 'A B', 'A=B', '.', '..', '..a', 'é', 'A\n'])('refuses %j', (text) => {
    expect(isVariableName(text)).toBe(false);
  });
});

function variable(key: string, value: string): Variable {
  return { key, value };
}

function envOf(own: readonly Variable[]): { env: Record<string, string | undefined>; secrets: Record<string, string> } {
  const { env, secrets } = serviceEnv(ofJob, own);
  return {
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    secrets: Object.fromEntries(secrets),
  };
}
