import type { HostAlias } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { joinHostAliases, ownHostAliases } from './host-aliases.ts';

const ofServices: HostAlias = Object.freeze({ ip: '127.0.0.1', hostnames: ['db'] });

describe('joinHostAliases', () => {
  it('adds the aliases of the configuration in their order', () => {
    const joined = join([], ['192.168.1.1', 'web2', 'web1'], ['::1', 'web3']);
    expect(joined.value).toEqual([
      { ip: '192.168.1.1', hostnames: ['web2', 'web1'] },
      { ip: '::1', hostnames: ['web3'] },
    ]);
    expect([...joined.causes]).toEqual([
      ['spec.hostAliases[192.168.1.1].ip', { config: 'host_aliases[0].ip' }],
      ['spec.hostAliases[192.168.1.1].hostnames[0]', { config: 'host_aliases[0].hostnames[0]' }],
      ['spec.hostAliases[192.168.1.1].hostnames[1]', { config: 'host_aliases[0].hostnames[1]' }],
      ['spec.hostAliases[::1].ip', { config: 'host_aliases[1].ip' }],
      ['spec.hostAliases[::1].hostnames[0]', { config: 'host_aliases[1].hostnames[0]' }],
    ]);
  });

  it('adds names behind those that an address has, and explains only them', () => {
    const joined = join([ofServices], ['10.0.0.1', 'other'], ['127.0.0.1', 'web1']);
    expect(joined.value).toEqual([
      { ip: '127.0.0.1', hostnames: ['db', 'web1'] },
      { ip: '10.0.0.1', hostnames: ['other'] },
    ]);
    expect([...joined.causes].slice(2)).toEqual([
      ['spec.hostAliases[127.0.0.1].hostnames[1]', { config: 'host_aliases[1].hostnames[0]' }],
    ]);
    expect(ofServices).toEqual({ ip: '127.0.0.1', hostnames: ['db'] });
  });

  it('joins two aliases of the configuration with the same address', () => {
    const joined = join([], ['10.0.0.1', 'a'], ['10.0.0.1', 'b', 'a']);
    expect(joined.value).toEqual([{ ip: '10.0.0.1', hostnames: ['a', 'b', 'a'] }]);
    expect([...joined.causes.keys()]).toEqual([
      'spec.hostAliases[10.0.0.1].ip',
      'spec.hostAliases[10.0.0.1].hostnames[0]',
      'spec.hostAliases[10.0.0.1].hostnames[1]',
      'spec.hostAliases[10.0.0.1].hostnames[2]',
    ]);
  });
});

function join(before: readonly HostAlias[], ...own: readonly [string, ...string[]][]) {
  return joinHostAliases(before, ownHostAliases(own.map(([ip, ...hostnames]) => ({ ip, hostnames }))));
}
