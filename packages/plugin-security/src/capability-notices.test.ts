import { describe, expect, it } from 'vitest';
import { capabilityNotices } from './capability-notices.ts';
import { configSchema } from './config.ts';

describe('capabilityNotices', () => {
  it.each([
    ['nothing', {}],
    ['known names', { cap_add: ['NET_RAW', 'ALL', 'CHECKPOINT_RESTORE'], cap_drop: ['KILL'] }],
    ['everything dropped but a few', { cap_add: ['CHOWN'], cap_drop: ['ALL'] }],
    ['privileged containers without lists', { privileged: true }],
  ])('has nothing to say about %s', (_, config) => {
    expect(notices(config)).toEqual([]);
  });

  it('points out names that nobody knows, and those in lower case', () => {
    expect(notices({ cap_add: ['CHOWN', 'sys_time'], cap_drop: ['NONSENSE', 'all'] })).toEqual([
      'cap_add[1]: "sys_time" is not taken for "SYS_TIME" here, though the cluster may do so; write it in upper case',
      'cap_drop[0]: "NONSENSE" is no capability that podwright knows; the cluster ignores names that it does not know',
      'cap_drop[1]: "all" is not taken for "ALL" here, though the cluster may do so; write it in upper case',
    ]);
  });

  it('points out what cap_drop takes back', () => {
    expect(notices({ cap_add: ['CHOWN', 'ALL'], cap_drop: ['ALL'] })).toEqual([
      'cap_add[1]: "ALL" has no effect: cap_drop names it too',
    ]);
  });

  it('points out that not even ALL brings NET_RAW back', () => {
    expect(notices({ cap_add: ['ALL'] })).toEqual([
      'cap_add[0]: "ALL" leaves out NET_RAW, which is dropped by default; add "NET_RAW" to have it too',
    ]);
  });

  it('says of privileged containers only that the lists do nothing', () => {
    expect(notices({ privileged: true, cap_add: ['ALL'], cap_drop: ['NONSENSE'] })).toEqual([
      'cap_add: has no effect: privileged containers have all capabilities',
      'cap_drop: has no effect: privileged containers have all capabilities',
    ]);
  });
});

function notices(config: object): string[] {
  return capabilityNotices(configSchema.parse(config)).map(({ path, message }) => `${path}: ${message}`);
}
