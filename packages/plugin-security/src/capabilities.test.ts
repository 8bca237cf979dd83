import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerCapabilities } from './capabilities.ts';
import { configSchema } from './config.ts';

describe('containerCapabilities', () => {
  it.each([
    ['drops NET_RAW by default', {}, { drop: ['NET_RAW'] }],
    [
      'sorts both lists',
      { cap_add: ['SYS_TIME', 'CHOWN'], cap_drop: ['SETUID', 'KILL'] },
      {
        add: ['CHOWN', 'SYS_TIME'],
        drop: ['KILL', 'NET_RAW', 'SETUID'],
      },
    ],
    [
      'sends each name once',
      { cap_add: ['CHOWN', 'CHOWN'], cap_drop: ['KILL', 'NET_RAW', 'KILL'] },
      {
        add: ['CHOWN'],
        drop: ['KILL', 'NET_RAW'],
      },
    ],
    ['lets cap_add win over the default', { cap_add: ['NET_RAW'] }, { add: ['NET_RAW'] }],
    [
      'lets cap_drop win over cap_add',
      { cap_add: ['CHOWN', 'NET_RAW'], cap_drop: ['NET_RAW', 'CHOWN'] },
      {
        drop: ['CHOWN', 'NET_RAW'],
      },
    ],
    ['takes ALL in cap_add for a name like the others', { cap_add: ['ALL'] }, { add: ['ALL'], drop: ['NET_RAW'] }],
    [
      'takes ALL in cap_drop for a name like the others',
      { cap_add: ['CHOWN'], cap_drop: ['ALL'] },
      {
        add: ['CHOWN'],
        drop: ['ALL', 'NET_RAW'],
      },
    ],
    ['compares names as they are written', { cap_add: ['net_raw'] }, { add: ['net_raw'], drop: ['NET_RAW'] }],
  ])('%s', (_, config: { cap_add?: string[]; cap_drop?: string[] }, expected) => {
    expect(containerCapabilities(configSchema.parse(config)).value).toEqual(expected);
  });

  it('knows the entry that each name comes from', () => {
    const config = configSchema.parse({ cap_add: ['SYS_TIME', 'CHOWN', 'SYS_TIME'], cap_drop: ['KILL'] });
    expect([...containerCapabilities(config).causes]).toEqual([
      ['securityContext.capabilities.add[0]', { config: 'cap_add[1]' }],
      ['securityContext.capabilities.add[1]', { config: 'cap_add[0]' }],
      ['securityContext.capabilities.drop[0]', { config: 'cap_drop[0]' }],
      ['securityContext.capabilities.drop[1]', { because: 'dropped unless cap_add names it' }],
    ]);
  });

  it('sends every name in one list, whatever is configured', () => {
    const names = fc.array(fc.constantFrom('ALL', 'CHOWN', 'KILL', 'NET_RAW', 'SYS_TIME'));
    fc.assert(
      fc.property(names, names, (cap_add, cap_drop) => {
        const { value: capabilities, causes } = containerCapabilities(configSchema.parse({ cap_add, cap_drop }));
        const sent = [...(capabilities.add ?? []), ...(capabilities.drop ?? [])];
        expect(sent.toSorted()).toEqual([...new Set([...cap_add, ...cap_drop, 'NET_RAW'])].toSorted());
        expect(causes.size).toBe(sent.length);
      }),
    );
  });
});
