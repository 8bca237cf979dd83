import { isIP } from 'node:net';
import type { HostAlias, PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1.js';
import { invalidValue, required, type FieldProblem } from './field-problem.ts';
import { checkOptionalName, dnsLabelRule, dnsSubdomainRule } from './names.ts';

const maxNameservers = 3;
const maxSearches = 32;

/** What is wrong with host name, host aliases and DNS of a Pod. */
export function validateNetwork(spec: PodSpec): FieldProblem[] {
  return [
    ...checkOptionalName('spec.hostname', spec.hostname, dnsLabelRule),
    ...checkOptionalName('spec.subdomain', spec.subdomain, dnsLabelRule),
    ...(spec.hostAliases ?? []).flatMap(hostAliasProblems),
    ...dnsProblems(spec),
  ];
}

// The real API server leaves the index out of these paths.
function hostAliasProblems({ ip, hostnames = [] }: HostAlias): FieldProblem[] {
  return [
    ...(isIP(ip ?? '') === 0 ? [invalidValue('spec.hostAliases.ip', ip ?? '', 'must be an IP address')] : []),
    ...hostnames.flatMap((name) =>
      dnsSubdomainRule(name).map((detail) => invalidValue('spec.hostAliases.hostnames', name, detail)),
    ),
  ];
}

function dnsProblems({ dnsPolicy, dnsConfig }: PodSpec): FieldProblem[] {
  const field = 'spec.dnsConfig';
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) return [required(field, 'must be given when `dnsPolicy` is None')];
    if ((dnsConfig.nameservers ?? []).length === 0) {
      return [required(`${field}.nameservers`, 'at least one is needed when `dnsPolicy` is None')];
    }
  }
  return dnsConfig === undefined ? [] : dnsConfigProblems(field, dnsConfig);
}

function dnsConfigProblems(
  field: string,
  { nameservers = [], searches = [], options = [] }: PodDNSConfig,
): FieldProblem[] {
  return [
    ...(nameservers.length > maxNameservers
      ? [invalidValue(`${field}.nameservers`, nameservers, `must not have more than ${maxNameservers} entries`)]
      : []),
    ...nameservers.flatMap((ip, index) =>
      isIP(ip) === 0 ? [invalidValue(`${field}.nameservers[${index}]`, ip, 'must be an IP address')] : [],
    ),
    ...(searches.length > maxSearches
      ? [invalidValue(`${field}.searches`, searches, `must not have more than ${maxSearches} entries`)]
      : []),
    ...searches.flatMap((name, index) =>
      dnsSubdomainRule(name.replace(/\.$/, '')).map((detail) =>
        invalidValue(`${field}.searches[${index}]`, name, detail),
      ),
    ),
    ...options.flatMap(({ name }, index) =>
      name ? [] : [required(`${field}.options[${index}]`, 'must not be empty')],
    ),
  ];
}
