import type { ConfigNotice } from '@podwright/core';
import type { DnsConfig } from './dns-config.ts';
import { isPlainSearchDomain } from './host-names.ts';

/** What clusters before Kubernetes 1.26 take. */
const fewSearches = { domains: 6, characters: 256 };

/** A word about search domains that only new clusters take: of which version the cluster is, no configuration says. */
export function searchNotices({ searches }: DnsConfig): ConfigNotice[] {
  const path = 'dns_config.searches';
  const notices = searches.flatMap((search, i) =>
    isPlainSearchDomain(search)
      ? []
      : [{ path: `${path}[${i}]`, message: `${JSON.stringify(search)} is refused by clusters before Kubernetes 1.33` }],
  );
  const isLong = searches.length > fewSearches.domains || searches.join(' ').length > fewSearches.characters;
  if (!isLong) return notices;
  const { domains, characters } = fewSearches;
  const message = `more than ${domains} domains, or ${characters} characters, are refused by clusters before Kubernetes 1.26`;
  return [{ path, message }, ...notices];
}
