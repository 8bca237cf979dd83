import { definePlugin, type Plugin } from '@podwright/core';
import { configSchema } from './config.ts';
import { searchNotices } from './dns-notices.ts';
import { dnsConfig, dnsPolicy } from './dns.ts';
import { joinHostAliases, ownHostAliases } from './host-aliases.ts';

const name = 'network';

/** Says how the containers of a job's Pod find hosts by their names. */
export const networkPlugin: Plugin = definePlugin({
  name,
  core: '0.x',
  configSchema,
  notices: ({ dns_config }) => searchNotices(dns_config),
  apply({ hooks, config }) {
    const policy = dnsPolicy(config.dns_policy);
    const dns = dnsConfig(config.dns_config);
    const own = ownHostAliases(config.host_aliases);

    hooks.buildPod.tap(name, (draft) => {
      const { spec } = draft.pod;
      spec.dnsPolicy = policy.value;
      draft.explainAll(policy.causes);
      if (dns) {
        spec.dnsConfig = dns.value;
        draft.explainAll(dns.causes);
      }
      if (own.length > 0) {
        const joined = joinHostAliases(spec.hostAliases ?? [], own);
        spec.hostAliases = joined.value;
        draft.explainAll(joined.causes);
      }
    });
  },
});
