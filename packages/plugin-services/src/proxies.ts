import type { JobImage, ServiceDraft } from '@podwright/core';
import type { Service } from './read-services.ts';
import type { Port } from './written-services.ts';

/** A container whose ports the job names, which are to be reached through a Service. */
export interface PortOwner {
  /** Where the ports stand in the job: `image`, `services[0]`, … */
  readonly path: string;
  /** What the Service is named after. */
  readonly key: string;
  readonly ports: readonly Port[];
}

/** The Services of one job. */
export interface Proxies {
  readonly drafts: readonly ServiceDraft[];
  /** Why the job cannot run; one sentence each, without a full stop. */
  readonly problems: readonly string[];
}

/** Room for the random part of a Service's name, or for the number in a port's. */
const longestKey = 54;

/** Everything with ports: the image of the build container, then services. */
export function portOwners(image: JobImage | undefined, services: readonly Service[]): PortOwner[] {
  const all = services.map(({ written: { path, ports }, aliases, container }) => {
    return { path, ports, key: serviceKey(aliases[0] ?? '', `proxy-${container}`) };
  });
  const build = { path: 'image', ports: image?.ports ?? [], key: serviceKey(image?.alias ?? '', 'build') };
  return [build, ...all].filter(({ ports }) => ports.length > 0);
}

/** A Service for each owner of ports. */
export function proxies(owners: readonly PortOwner[]): Proxies {
  const drafts = owners.map(({ key, ports }) => {
    return { key, ports: ports.map(({ number }) => ({ number, name: `${key}-${number}` })) };
  });
  return { drafts, problems: [...owners.flatMap(portProblems), ...equalKeys(owners)] };
}

/** An alias as the beginning of a Service's name, which starts with a letter (13.11 leaves that to the cluster). */
function serviceKey(alias: string, fallback: string): string {
  const label = alias
    .toLowerCase()
    .replace(/[^-a-z0-9]/g, '')
    .replace(/^-+/, '');
  if (label === '') return fallback;
  return (/^[a-z]/.test(label) ? label : `proxy-${label}`).slice(0, longestKey);
}

function portProblems({ path, ports }: PortOwner): string[] {
  const numbers = ports.map(({ number }) => number);
  const wrong = numbers.flatMap((number, i) =>
    number >= 1 && number <= 65535 ? [] : [`${path}.ports[${i}].number ${number} is not from 1 to 65535`],
  );
  const twice = new Set(numbers.filter((number, i) => numbers.indexOf(number) < i));
  return [...wrong, ...[...twice].map((number) => `${path}.ports names ${number} twice`)];
}

function equalKeys(owners: readonly PortOwner[]): string[] {
  return owners.flatMap(({ key, path }, i) => {
    const first = owners.slice(0, i).find((other) => other.key === key);
    return first ? [`${first.path} and ${path} have ports and the same alias ${JSON.stringify(key)}`] : [];
  });
}
