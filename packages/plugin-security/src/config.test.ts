import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

const notAnId = 'must be a whole number from 0 to 2147483647';

describe('configSchema', () => {
  it('leaves open what is not written', () => {
    expect(configSchema.parse({})).toEqual({
      cap_add: [],
      cap_drop: [],
      pod_security_context: { supplemental_groups: [] },
    });
  });

  it('tells false from nothing', () => {
    expect(configSchema.parse({ privileged: false, allow_privilege_escalation: false })).toMatchObject({
      privileged: false,
      allow_privilege_escalation: false,
    });
  });

  it('refuses names of capabilities with the prefix and without anything', () => {
    expect(problems({ cap_add: ['SYS_TIME', 'CAP_SYS_TIME'], cap_drop: ['cap_net_raw', ''] })).toEqual([
      'cap_add[1]: "CAP_SYS_TIME" must be written without its prefix: "SYS_TIME"',
      'cap_drop[0]: "cap_net_raw" must be written without its prefix: "NET_RAW"',
      'cap_drop[1]: must be the name of a capability, such as "SYS_TIME"',
    ]);
  });

  it.each([
    ['negative', -1, '-1'],
    ['too large', 2_147_483_648, '2147483648'],
    ['not whole', 1.5, '1.5'],
    ['a text', '1000', '"1000"'],
    ['an integer beyond all numbers', 9_223_372_036_854_775_807n, '9223372036854775807'],
  ])('refuses a user that is %s', (_, written, shown) => {
    expect(problems({ pod_security_context: { run_as_user: written } })).toEqual([
      `pod_security_context.run_as_user: ${shown} ${notAnId}`,
    ]);
  });

  it('takes the largest user and the smallest', () => {
    expect(problems({ pod_security_context: { fs_group: 0, run_as_user: 2_147_483_647 } })).toEqual([]);
  });

  it('reports every problem, with its path', () => {
    expect(
      problems({
        privileged: true,
        allow_privilege_escalation: false,
        cap_add: ['CAP_CHOWN'],
        pod_security_context: { run_as_group: 5, fs_group: -1, supplemental_groups: [1, -2] },
      }),
    ).toEqual([
      'cap_add[0]: "CAP_CHOWN" must be written without its prefix: "CHOWN"',
      `pod_security_context.fs_group: -1 ${notAnId}`,
      `pod_security_context.supplemental_groups[1]: -2 ${notAnId}`,
      'allow_privilege_escalation: must not be false when privileged is true',
      'pod_security_context.run_as_group: needs run_as_user: no container starts with a group alone',
    ]);
  });

  it('refuses root where root is refused', () => {
    expect(problems({ pod_security_context: { run_as_non_root: true, run_as_user: 0 } })).toEqual([
      'pod_security_context.run_as_user: must not be 0, which is root, when run_as_non_root is true',
    ]);
  });

  it.each([
    ['no escalation with SYS_ADMIN', { allow_privilege_escalation: false, cap_add: ['SYS_ADMIN'] }],
    ['no escalation with all capabilities', { allow_privilege_escalation: false, cap_add: ['ALL'] }],
    ['no escalation without privileges', { allow_privilege_escalation: false, privileged: false }],
    ['privileges with dropped capabilities', { privileged: true, cap_drop: ['NET_RAW'] }],
    ['root where it is allowed', { pod_security_context: { run_as_non_root: false, run_as_user: 0 } }],
  ])('allows %s, as Kubernetes does', (_, config) => {
    expect(problems(config)).toEqual([]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
