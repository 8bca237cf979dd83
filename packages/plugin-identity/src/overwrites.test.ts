import { Variables, type OverwriteMatch, type Variable } from '@podwright/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema, type IdentityConfig } from './config.ts';
import { overwritesReader } from './overwrites.ts';

const nothing = {
  namespace: undefined,
  serviceAccount: undefined,
  bearerToken: undefined,
  applied: [],
  ignored: [],
  problems: [],
};

describe('names', () => {
  it('are overwritten where the whole value matches', () => {
    const read = reader({ namespace_overwrite_allowed: 'ci-.*', service_account_overwrite_allowed: 'a|builder' });
    expect(
      read([
        { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'ci-main' },
        { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'builder' },
      ]),
    ).toEqual({
      ...nothing,
      namespace: 'ci-main',
      serviceAccount: 'builder',
      applied: [
        'namespace is "ci-main", set by KUBERNETES_NAMESPACE_OVERWRITE',
        'service_account is "builder", set by KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
      ],
    });
  });

  it.each(['kube-system-ci-x', 'prod', 'xci-a'])('are refused where only a part of them matches: %s', (value) => {
    const read = reader({ namespace_overwrite_allowed: 'ci-.*' });
    expect(read([{ key: 'KUBERNETES_NAMESPACE_OVERWRITE', value }])).toEqual({
      ...nothing,
      problems: [
        `KUBERNETES_NAMESPACE_OVERWRITE is "${value}", but this runner allows only what matches "ci-.*" (namespace_overwrite_allowed)`,
      ],
    });
  });

  it('are searched for the pattern where that is asked for', () => {
    const read = reader({ namespace_overwrite_allowed: 'ci-.*' }, 'partial');
    const { namespace } = read([{ key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'kube-system-ci-x' }]);
    expect(namespace).toBe('kube-system-ci-x');
  });

  it('are refused where Kubernetes would refuse them, whatever the pattern allows', () => {
    const read = reader({ namespace_overwrite_allowed: '.*', service_account_overwrite_allowed: '.*' });
    const { problems } = read([
      { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'Feature_1' },
      { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: '../x' },
    ]);
    expect(problems).toEqual([
      'KUBERNETES_NAMESPACE_OVERWRITE: "Feature_1" is no name of a namespace: write at most 63 of a-z 0-9 -, with a letter or digit at both ends',
      expect.stringMatching(/^KUBERNETES_SERVICE_ACCOUNT_OVERWRITE: "\.\.\/x" is no name of a service account/),
    ]);
  });

  it('are ignored where the configuration does not allow them, however wrong they are', () => {
    const read = reader({ namespace: 'gitlab' });
    expect(
      read([
        { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'No_Name' },
        { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: 'builder' },
      ]),
    ).toEqual({
      ...nothing,
      ignored: [
        `KUBERNETES_NAMESPACE_OVERWRITE "No_Name" is ignored: namespace_overwrite_allowed is not set in this runner's configuration`,
        `KUBERNETES_SERVICE_ACCOUNT_OVERWRITE "builder" is ignored: service_account_overwrite_allowed is not set in this runner's configuration`,
      ],
    });
  });

  it('have their references replaced once more', () => {
    const read = reader({ namespace_overwrite_allowed: '.*' });
    const { namespace } = read([
      { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'ci-${SLUG}' },
      { key: 'SLUG', value: 'main' },
    ]);
    expect(namespace).toBe('ci-main');
  });

  it('never show what a masked variable holds', () => {
    const read = reader({ namespace_overwrite_allowed: 'ci' });
    const { problems, ignored } = read([
      { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: 'x-$SECRET' },
      { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: '$SECRET' },
      { key: 'SECRET', value: 'hunter2-hunter2', masked: true },
    ]);
    expect([...problems, ...ignored].join()).toContain('[MASKED]');
    expect([...problems, ...ignored].join()).not.toContain('hunter2');
  });

  it('that are applied match the pattern and are names', () => {
    const read = reader({ namespace_overwrite_allowed: 'ci-[a-z.-]*' });
    const text = fc.string({ unit: fc.constantFrom('c', 'i', '-', '.', 'C', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(text, (end) => {
        const { namespace = 'ci-x' } = read([{ key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: `ci-${end}` }]);
        expect(namespace).toMatch(/^ci-[a-z-]*[a-z]$/);
      }),
    );
  });
});

describe('the token', () => {
  it.each([
    ['as it is', 't0ken', 't0ken'],
    ['from a file variable, which ends with a newline', 't0ken\n', 't0ken'],
    ['with white space around it', ' \tt0ken\r\n ', 't0ken'],
  ])('is taken %s', (_, value, expected) => {
    const read = reader({ bearer_token_overwrite_allowed: true });
    const overwrites = read([{ key: 'KUBERNETES_BEARER_TOKEN', value }]);
    expect(overwrites).toEqual({
      ...nothing,
      bearerToken: expected,
      applied: ['the token for the Kubernetes API is set by KUBERNETES_BEARER_TOKEN'],
    });
  });

  it.each(['hunter2\nhunter3', 'hunter2 hunter3', 'hunter2\u0007', 'hünter2'])(
    'is refused when it cannot be sent, and not shown: %j',
    (value) => {
      const read = reader({ bearer_token_overwrite_allowed: true });
      const { problems, bearerToken } = read([{ key: 'KUBERNETES_BEARER_TOKEN', value }]);
      expect(bearerToken).toBeUndefined();
      expect(problems).toEqual([expect.stringMatching(/^KUBERNETES_BEARER_TOKEN cannot stand in an HTTP header: /)]);
      expect(problems.join()).not.toMatch(/h.nter/);
    },
  );

  it('is ignored where the configuration does not allow it, and not shown', () => {
    expect(reader({})([{ key: 'KUBERNETES_BEARER_TOKEN', value: 'hunter2' }])).toEqual({
      ...nothing,
      ignored: [
        "KUBERNETES_BEARER_TOKEN is ignored: bearer_token_overwrite_allowed is not true in this runner's configuration",
      ],
    });
  });
});

it('an empty variable overwrites nothing', () => {
  const read = reader({
    namespace_overwrite_allowed: '.*',
    service_account_overwrite_allowed: '.*',
    bearer_token_overwrite_allowed: true,
  });
  expect(
    read([
      { key: 'KUBERNETES_NAMESPACE_OVERWRITE', value: '' },
      { key: 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE', value: '$UNKNOWN' },
      { key: 'KUBERNETES_BEARER_TOKEN', value: '\n' },
    ]),
  ).toEqual(nothing);
});

function reader(config: Partial<IdentityConfig>, match: OverwriteMatch = 'whole') {
  const read = overwritesReader(configSchema.parse(config), match);
  return (variables: readonly Variable[]) => read(new Variables(variables));
}
