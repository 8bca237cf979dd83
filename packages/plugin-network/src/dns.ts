import { freezeDeep, type Cause, type Explained, type PodSpec } from '@podwright/core';
import type { DnsPolicy } from './config.ts';
import type { DnsConfig } from './dns-config.ts';

type PodDnsConfig = NonNullable<PodSpec['dnsConfig']>;

const inKubernetes: Record<DnsPolicy, string> = {
  none: 'None',
  default: 'Default',
  'cluster-first': 'ClusterFirst',
  'cluster-first-with-host-net': 'ClusterFirstWithHostNet',
  '': 'ClusterFirst',
};

/** The Pod's `dnsPolicy`. What Kubernetes would do by itself is written out, too. */
export function dnsPolicy(policy: DnsPolicy): Explained<string> {
  const cause: Cause = policy === '' ? { because: "Kubernetes' default" } : { config: 'dns_policy' };
  return { value: inKubernetes[policy], causes: new Map([['spec.dnsPolicy', cause]]) };
}

/** The Pod's `dnsConfig`; an empty list is left out. @returns `undefined` when nothing is set */
export function dnsConfig({ nameservers, searches, options }: DnsConfig): Explained<PodDnsConfig> | undefined {
  const config: PodDnsConfig = {};
  if (nameservers.length > 0) config.nameservers = [...nameservers];
  if (searches.length > 0) config.searches = [...searches];
  if (options.length > 0)
    config.options = options.map(({ name, value }) => (value === undefined ? { name } : { name, value }));
  const keys = Object.keys(config);
  if (keys.length === 0) return undefined;
  return {
    value: freezeDeep(config),
    causes: new Map(keys.map((key) => [`spec.dnsConfig.${key}`, { config: `dns_config.${key}` }])),
  };
}
