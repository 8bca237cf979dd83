import type { Cause, Variables } from '@podwright/core';
import { hostNameOfImage, splitAliases } from './host-names.ts';
import { commonEnv, serviceEnv, type ServiceEnv } from './service-env.ts';
import { causeOf, type WrittenService } from './written-services.ts';

/** A name by which a service can be reached, and where it comes from. */
export interface HostName {
  readonly name: string;
  readonly cause: Cause;
}

/** A service of one job: variables are replaced. */
export interface Service extends ServiceEnv {
  readonly written: WrittenService;
  /** Name of its container: `svc-0`, `svc-1`, … */
  readonly container: string;
  readonly image: string;
  /** May be anything. */
  readonly aliases: readonly string[];
  /** In the order of the Pod's host aliases. None for a service with ports: it has a Service of its own instead. */
  readonly hostNames: readonly HostName[];
}

/** Numbers the services, and replaces variables in what is written of them. */
export function readServices(written: readonly WrittenService[], variables: Variables): Service[] {
  if (written.length === 0) return [];
  const common = commonEnv(variables);
  return written.map((service, i) => {
    const image = variables.expand(service.name);
    const aliases = splitAliases(variables.expand(service.alias));
    const environment = service.variables.length === 0 ? common : serviceEnv(variables, service.variables);
    const hostNames = service.ports.length > 0 ? [] : hostNamesOf(service, image, aliases);
    return { written: service, container: `svc-${i}`, image, aliases, hostNames, ...environment };
  });
}

/** The names of all services, each once: where several have one, the first of them counts. */
export function allHostNames(services: readonly Service[]): HostName[] {
  const names = new Map<string, HostName>();
  for (const hostName of services.flatMap((service) => service.hostNames)) {
    if (!names.has(hostName.name)) names.set(hostName.name, hostName);
  }
  return [...names.values()];
}

function hostNamesOf(written: WrittenService, image: string, aliases: readonly string[]): HostName[] {
  const fromImage = hostNameOfImage(image);
  const fromAlias = aliases.map((name) => ({ name, cause: causeOf(written, 'alias') }));
  return fromImage === undefined ? fromAlias : [{ name: fromImage, cause: causeOf(written, 'name') }, ...fromAlias];
}
