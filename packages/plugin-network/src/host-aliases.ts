import type { Cause, Explained, HostAlias } from '@podwright/core';
import type { ConfiguredHostAlias } from './config.ts';

/** A host alias of the configuration, and where its parts come from. */
export interface OwnHostAlias {
  readonly alias: { readonly ip: string; readonly hostnames: readonly string[] };
  readonly cause: Cause;
  /** One for each host name. */
  readonly hostnameCauses: readonly Cause[];
}

/** The host aliases of the configuration, in its order. */
export function ownHostAliases(configured: readonly ConfiguredHostAlias[]): OwnHostAlias[] {
  return configured.map((alias, i) => ({
    alias,
    cause: { config: `host_aliases[${i}].ip` },
    hostnameCauses: alias.hostnames.map((_, j) => ({ config: `host_aliases[${i}].hostnames[${j}]` })),
  }));
}

/**
 * Adds host aliases behind those that are there. Names of an address that is there already go into its entry: entries are
 * known by their address, so Kubernetes loses one of two with the same when the Pod is patched.
 * @returns all of them, and where those parts come from that were added
 */
export function joinHostAliases(before: readonly HostAlias[], own: readonly OwnHostAlias[]): Explained<HostAlias[]> {
  const aliases = [...before];
  const causes = new Map<string, Cause>();
  for (const { alias, cause, hostnameCauses } of own) {
    const path = `spec.hostAliases[${alias.ip}]`;
    const at = aliases.findIndex(({ ip }) => ip === alias.ip);
    const hostnames = aliases[at]?.hostnames ?? [];
    const joined = { ...(aliases[at] ?? { ip: alias.ip }), hostnames: [...hostnames, ...alias.hostnames] };
    if (at === -1) {
      aliases.push(joined);
      causes.set(`${path}.ip`, cause);
    } else {
      aliases[at] = joined;
    }
    for (const [i, each] of hostnameCauses.entries()) causes.set(`${path}.hostnames[${hostnames.length + i}]`, each);
  }
  return { value: aliases, causes };
}
