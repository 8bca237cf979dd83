import type { ConfigNotice } from '@podwright/core';
import type { ConfiguredService } from './config.ts';
import { hostNameOfImage, splitAliases } from './host-names.ts';

/** A word about services that jobs cannot reach by name. */
export function namelessServices(services: readonly ConfiguredService[]): ConfigNotice[] {
  return services.flatMap(({ name, alias }, i) => {
    const nameless = !name.includes('$') && hostNameOfImage(name) === undefined && splitAliases(alias).length === 0;
    if (!nameless) return [];
    const message = `${JSON.stringify(name)} gives no host name: jobs reach this service by localhost only, or set alias`;
    return [{ path: `services[${i}]`, message }];
  });
}
