import { checkedText, hostNameRule, textRule } from '@podwright/core';
import { z } from 'zod';
import { isAddress, notAnAddress } from './address.ts';
import { isSearchDomain } from './host-names.ts';

/** `[runners.kubernetes.dns_config]`, added to what comes from `dns_policy`. */
export interface DnsConfig {
  /** Addresses of DNS servers, at most three. */
  readonly nameservers: readonly string[];
  /** Domains in which short host names are looked up. */
  readonly searches: readonly string[];
  /** Options of the resolver; an absent value stays absent. */
  readonly options: readonly { readonly name: string; readonly value?: string | undefined }[];
}

const mostNameservers = 3;
/** Old clusters take less: see the notices. */
const mostSearches = { domains: 32, characters: 2048 };

const needsName = 'must be the name of an option, such as "ndots"';

const option = z.strictObject({
  name: z.string({ error: needsName }).min(1, needsName).describe('Name of the option, such as `ndots`.'),
  value: z
    .string({ error: 'must be a text in quotes, such as "2"' })
    .optional()
    .describe('Value of the option. Absent: it has none.'),
});

export const dnsConfigSchema = z.strictObject({
  nameservers: z
    .array(checkedText(textRule(isAddress, notAnAddress)))
    .refine(({ length }) => length <= mostNameservers, { error: `must not be more than ${mostNameservers}` })
    .default([])
    .describe(
      `IP addresses of DNS servers, at most ${mostNameservers}; behind those of \`dns_policy\`. Empty: only those.`,
    ),
  searches: z
    .array(checkedText(textRule(isSearchDomain, `is no search domain: ${hostNameRule}`)))
    .refine(({ length }) => length <= mostSearches.domains, { error: `must not be more than ${mostSearches.domains}` })
    .refine((searches) => searches.join(' ').length <= mostSearches.characters, {
      error: `must not have more than ${mostSearches.characters} characters, spaces between the domains included`,
    })
    .default([])
    .describe('Domains in which short host names are looked up, behind those of `dns_policy`. Empty: only those.'),
  options: z
    .array(option, { error: 'must be a list: write [[runners.kubernetes.dns_config.options]]' })
    .default([])
    .describe('Options of the resolver, as in `resolv.conf`. Empty: only those of `dns_policy`.'),
}) satisfies z.ZodType<DnsConfig>;
