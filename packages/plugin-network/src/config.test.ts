import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

describe('configSchema', () => {
  it('has a default for each key', () => {
    expect(configSchema.parse({})).toEqual({
      dns_policy: '',
      dns_config: { nameservers: [], searches: [], options: [] },
      host_aliases: [],
    });
  });

  it.each([
    ['another word', 'cluster_first', '"cluster_first"'],
    ["Kubernetes' own word", 'ClusterFirst', '"ClusterFirst"'],
    ['a boolean', true, 'true'],
    ['an integer beyond all numbers', 9_223_372_036_854_775_807n, '9223372036854775807'],
  ])('refuses %s as dns_policy and lists the valid ones', (_, dns_policy, shown) => {
    expect(problems({ dns_policy })).toEqual([
      `dns_policy: ${shown} must be one of "none", "default", "cluster-first", "cluster-first-with-host-net"`,
    ]);
  });

  it('wants DNS servers for the policy none', () => {
    const needed = 'dns_policy: "none" needs dns_config.nameservers: there are no others then';
    expect(problems({ dns_policy: 'none' })).toEqual([needed]);
    expect(problems({ dns_policy: 'none', dns_config: { searches: ['a'] } })).toEqual([needed]);
    expect(problems({ dns_policy: 'none', dns_config: { nameservers: ['::1'] } })).toEqual([]);
  });

  it('takes options without a value', () => {
    const options = [{ name: 'ndots', value: '2' }, { name: 'edns0' }];
    expect(configSchema.parse({ dns_config: { options } }).dns_config.options).toEqual(options);
  });

  it('refuses what no API server takes, all at once', () => {
    expect(
      problems({
        dns_policy: 'none',
        dns_config: {
          nameservers: ['dns.example.com', '1.1.1.1', '1.1.1.2', '1.1.1.3'],
          searches: ['Example.com', ''],
          options: [{ name: '' }, { value: '2' }, { name: 'ndots', value: 2 }],
        },
        host_aliases: [
          { ip: '1.2.3', hostnames: ['a_b', 'a'] },
          { ip: '::1', hostnames: [] },
        ],
      }),
    ).toEqual([
      'dns_config.nameservers[0]: "dns.example.com" is no IP address, such as "10.0.0.1" or "2001:db8::1"',
      'dns_config.nameservers: must not be more than 3',
      `dns_config.searches[0]: "Example.com" is no search domain: ${rule}`,
      `dns_config.searches[1]: "" is no search domain: ${rule}`,
      'dns_config.options[0].name: must be the name of an option, such as "ndots"',
      'dns_config.options[1].name: must be the name of an option, such as "ndots"',
      'dns_config.options[2].value: must be a text in quotes, such as "2"',
      'host_aliases[0].ip: "1.2.3" is no IP address, such as "10.0.0.1" or "2001:db8::1"',
      `host_aliases[0].hostnames[0]: "a_b" is no host name: ${rule}`,
      'host_aliases[1].hostnames: must have at least one host name',
    ]);
  });

  it('takes as many search domains as any cluster does', () => {
    const label = 'a'.repeat(63);
    const long = Array.from({ length: 32 }, () => label);
    expect(problems({ dns_config: { searches: long } })).toEqual([]);
    expect(problems({ dns_config: { searches: [...long.slice(1), `${label}.a`] } })).toEqual([
      'dns_config.searches: must not have more than 2048 characters, spaces between the domains included',
    ]);
    expect(problems({ dns_config: { searches: Array.from({ length: 33 }, () => 'a') } })).toEqual([
      'dns_config.searches: must not be more than 32',
    ]);
  });

  it.each(['ip', 'IP', 'Ip'])('takes the key %s of a host alias', (ip) => {
    const written = { [ip]: '127.0.0.1', Hostnames: ['web1'] };
    expect(configSchema.parse({ host_aliases: [written] }).host_aliases).toEqual([
      { ip: '127.0.0.1', hostnames: ['web1'] },
    ]);
  });

  it.each([
    [
      'two spellings of a key',
      { ip: '127.0.0.1', IP: '127.0.0.2', hostnames: ['a'] },
      'host_aliases[0].IP: unknown key',
    ],
    ['another key', { ip: '127.0.0.1', hostnames: ['a'], Names: [] }, 'host_aliases[0].names: unknown key'],
    ['a missing key', { hostnames: ['a'] }, 'host_aliases[0].ip: is missing'],
    ['another missing key', { ip: '::1' }, 'host_aliases[0].hostnames: must be a list of host names'],
    [
      'one name without a list',
      { ip: '::1', hostnames: 'a' },
      'host_aliases[0].hostnames: must be a list of host names',
    ],
    ['a text', 'web1', 'host_aliases[0]: expected object, received string'],
  ])('refuses %s', (_, alias, expected) => {
    expect(problems({ host_aliases: [alias] })).toEqual([expected]);
  });

  it('says how lists of tables are written', () => {
    expect(problems({ host_aliases: { ip: '::1' }, dns_config: { options: { ndots: '2' } } })).toEqual([
      'dns_config.options: must be a list: write [[runners.kubernetes.dns_config.options]]',
      'host_aliases: must be a list: write [[runners.kubernetes.host_aliases]]',
    ]);
  });
});

const rule =
  'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
