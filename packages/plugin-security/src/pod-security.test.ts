import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { podSecurity } from './pod-security.ts';

it.each([
  ['nothing when nothing is set', {}, undefined],
  ['nothing for an empty list', { supplemental_groups: [] }, undefined],
  ['false, which is set', { run_as_non_root: false }, { runAsNonRoot: false }],
  [
    'zero, which is set',
    { fs_group: 0, run_as_group: 0, run_as_user: 0, supplemental_groups: [0] },
    { fsGroup: 0, runAsGroup: 0, runAsUser: 0, supplementalGroups: [0] },
  ],
  [
    'everything that is set, groups as they are written',
    { fs_group: 1, run_as_group: 2, run_as_non_root: true, run_as_user: 3, supplemental_groups: [5, 4, 5] },
    { fsGroup: 1, runAsGroup: 2, runAsNonRoot: true, runAsUser: 3, supplementalGroups: [5, 4, 5] },
  ],
])('gives %s', (_, written, expected) => {
  expect(podSecurity(configSchema.parse({ pod_security_context: written }).pod_security_context)?.value).toEqual(
    expected,
  );
});

it('knows the key that each field comes from', () => {
  const { causes } = podSecurity({ fs_group: 1, supplemental_groups: [2] }) ?? {};
  expect([...(causes ?? [])]).toEqual([
    ['spec.securityContext.fsGroup', { config: 'pod_security_context.fs_group' }],
    ['spec.securityContext.supplementalGroups', { config: 'pod_security_context.supplemental_groups' }],
  ]);
});
