import type { Cause, JobImage, JobPayload, Variable } from '@podwright/core';
import type { ConfiguredService } from './config.ts';

/** A port of an image, as GitLab sends it. */
export interface Port {
  readonly number: number;
}

/** A service as somebody wrote it: variables are not replaced. */
export interface WrittenService extends ConfiguredService {
  readonly ports: readonly Port[];
  readonly variables: readonly Variable[];
  readonly origin: 'config' | 'job';
  /** Where in the configuration or the job it stands, such as `services[0]`. */
  readonly path: string;
}

/** The services of the configuration. */
export function configuredServices(services: readonly ConfiguredService[]): WrittenService[] {
  return services.map((service, i) => ({
    ...service,
    ports: [],
    variables: [],
    origin: 'config',
    path: `services[${i}]`,
  }));
}

/** The services of a job; those without a name are left out, as GitLab Runner does. */
export function jobServices({ services }: Pick<JobPayload, 'services'>): WrittenService[] {
  return services.map(writtenInJob).filter(({ name }) => name !== '');
}

/** What a member of a service is in the Pod for. */
export function causeOf(
  { origin, path }: WrittenService,
  member: keyof ConfiguredService | 'ports' | 'variables',
): Cause {
  return origin === 'config' ? { config: `${path}.${member}` } : { job: `${path}.${member}` };
}

function writtenInJob(service: JobImage, i: number): WrittenService {
  const { name, alias = '', command = [], entrypoint = [], ports = [], variables = [] } = service;
  return { name, alias, command, entrypoint, ports, variables, origin: 'job', path: `services[${i}]` };
}
