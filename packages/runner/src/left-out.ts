import type { JobPayload } from '@podwright/core';
import type { Configuration } from './configuration.ts';

const servicesPlugin = 'services';

/** Images are names only in an embedded cluster, and what a service runs is in its image: so none is started there. */
export function withoutServices(configuration: Configuration): Configuration {
  return { ...configuration, plugins: configuration.plugins.filter(({ name }) => name !== servicesPlugin) };
}

/** What the job asks for and will not get: one sentence each, without a full stop. */
export function leftOut(payload: JobPayload, { plugins }: Configuration): string[] {
  const services = plugins.some((plugin) => plugin.name === servicesPlugin) ? [] : payload.services;
  const artifacts = payload.artifacts.flatMap((artifact) => artifact.paths ?? []);
  const caches = payload.cache.flatMap((cache) => cache.paths ?? []);
  return [
    ...(services.length > 0 ? [`services are not started: ${services.map((service) => service.name).join(', ')}`] : []),
    ...(artifacts.length > 0 ? [`artifacts are not collected: ${artifacts.join(', ')}`] : []),
    ...(caches.length > 0 ? [`caches are neither restored nor saved: ${caches.join(', ')}`] : []),
  ];
}
