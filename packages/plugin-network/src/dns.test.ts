import { describe, expect, it } from 'vitest';
import { dnsConfig, dnsPolicy } from './dns.ts';

describe('dnsPolicy', () => {
  it.each([
    ['none', 'None'],
    ['default', 'Default'],
    ['cluster-first', 'ClusterFirst'],
    ['cluster-first-with-host-net', 'ClusterFirstWithHostNet'],
  ] as const)('makes of %j %j', (policy, expected) => {
    expect(dnsPolicy(policy)).toEqual({
      value: expected,
      causes: new Map([['spec.dnsPolicy', { config: 'dns_policy' }]]),
    });
  });

  it("writes out Kubernetes' default when there is none", () => {
    expect(dnsPolicy('')).toEqual({
      value: 'ClusterFirst',
      causes: new Map([['spec.dnsPolicy', { because: "Kubernetes' default" }]]),
    });
  });
});

describe('dnsConfig', () => {
  it('is nothing when nothing is set', () => {
    expect(dnsConfig({ nameservers: [], searches: [], options: [] })).toBeUndefined();
  });

  it('has all three lists as they are written, and causes for each', () => {
    const config = {
      nameservers: ['10.0.0.10', '10.0.0.9'],
      searches: ['b.example.com', 'a.example.com'],
      options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
    };
    expect(dnsConfig(config)).toEqual({
      value: config,
      causes: new Map([
        ['spec.dnsConfig.nameservers', { config: 'dns_config.nameservers' }],
        ['spec.dnsConfig.searches', { config: 'dns_config.searches' }],
        ['spec.dnsConfig.options', { config: 'dns_config.options' }],
      ]),
    });
  });

  it('leaves out empty lists, and the value that an option does not have', () => {
    const options = [
      { name: 'edns0', value: undefined },
      { name: 'rotate', value: '' },
    ];
    const { value } = dnsConfig({ nameservers: [], searches: [], options }) ?? {};
    expect(JSON.stringify(value)).toBe('{"options":[{"name":"edns0"},{"name":"rotate","value":""}]}');
  });
});
