import { checkedText, hostNameRule, isDnsSubdomain, shownValue, textRule } from '@podwright/core';
import { z } from 'zod';
import { isAddress, notAnAddress } from './address.ts';
import { dnsConfigSchema, type DnsConfig } from './dns-config.ts';

/** DNS policies in GitLab's words; empty stands for Kubernetes' default, which is `cluster-first`. */
export type DnsPolicy = (typeof policies)[number] | '';

/** One of `[[runners.kubernetes.host_aliases]]`: names of an address. */
export interface ConfiguredHostAlias {
  /** IPv4 or IPv6. */
  readonly ip: string;
  /** At least one. */
  readonly hostnames: readonly string[];
}

/** The plugin's keys of `[runners.kubernetes]`, with defaults filled in. */
export interface NetworkConfig {
  /** Where the Pod's DNS settings come from. Empty: `cluster-first`. */
  readonly dns_policy: DnsPolicy;
  /** Further DNS settings. Empty: none. */
  readonly dns_config: DnsConfig;
  /** What is added to `/etc/hosts` of every container. Empty: nothing. */
  readonly host_aliases: readonly ConfiguredHostAlias[];
}

const policies = ['none', 'default', 'cluster-first', 'cluster-first-with-host-net'] as const;

const hostAlias = z.strictObject({
  ip: checkedText(textRule(isAddress, notAnAddress)).describe('Address, IPv4 or IPv6.'),
  hostnames: z
    .array(checkedText(textRule(isDnsSubdomain, `is no host name: ${hostNameRule}`)), {
      error: 'must be a list of host names',
    })
    .min(1, 'must have at least one host name')
    .describe('Host names that stand for the address, at least one.'),
});

/** The keys of `[runners.kubernetes]` that belong to this plugin. */
export const configSchema = z
  .strictObject({
    dns_policy: z
      .enum([...policies, ''], {
        error: ({ input }) => `${shownValue(input)} must be one of ${policies.map(shownValue).join(', ')}`,
      })
      .default('')
      .describe('Where DNS settings come from, see below. Empty: `"cluster-first"`, the default of Kubernetes.'),
    dns_config: dnsConfigSchema.prefault({}).describe('DNS settings besides those of `dns_policy`. Empty: none.'),
    host_aliases: z
      .array(z.preprocess(withLowerCaseKeys, hostAlias), {
        error: 'must be a list: write [[runners.kubernetes.host_aliases]]',
      })
      .prefault([])
      .describe('Host names that every container finds in `/etc/hosts`. Empty: none.'),
  })
  .superRefine(({ dns_policy, dns_config }, context) => {
    if (dns_policy !== 'none' || dns_config.nameservers.length > 0) return;
    const message = '"none" needs dns_config.nameservers: there are no others then';
    context.addIssue({ code: 'custom', path: ['dns_policy'], message });
  }) satisfies z.ZodType<NetworkConfig>;

/** GitLab's document has the keys of a host alias capitalised, and GitLab Runner takes them in any case. */
function withLowerCaseKeys(table: unknown): unknown {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return table;
  const renamed = new Map<string, unknown>();
  for (const [key, value] of Object.entries(table)) {
    const lower = key.toLowerCase();
    // Of two spellings the second one stays as it is, and is refused.
    renamed.set(renamed.has(lower) ? key : lower, value);
  }
  return Object.fromEntries(renamed);
}
