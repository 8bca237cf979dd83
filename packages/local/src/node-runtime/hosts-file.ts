import type { HostAlias } from 'kubernetes-types/core/v1.js';
import { podAddress } from './field-value.ts';

/** Writes the `/etc/hosts` of a Pod in kubelet's form; the Pod's own name stands for the loopback address. */
export function hostsFile(hostname: string, aliases: readonly HostAlias[] = []): string {
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${podAddress}\t${hostname}`,
  ];
  if (aliases.length > 0) lines.push('', '# Entries added by HostAliases.');
  for (const { ip, hostnames = [] } of aliases) lines.push([ip, ...hostnames].join('\t'));
  return `${lines.join('\n')}\n`;
}
