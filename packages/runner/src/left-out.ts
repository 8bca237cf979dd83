import type { JobPayload } from '@podwright/core';
import type { Configuration } from './configuration.ts';

const servicesPlugin = 'services';

/** Images are names only in an embedded cluster, and what a service runs is in its image: so none is started there. */
export function withoutServices(configuration: Configuration): Configuration {
  return { ...configuration, plugins: configuration.plugins.filter(({ name }) => name !== servicesPlugin) };
}

/** Nothing outlasts the job in an embedded cluster, and there is no helper program: so caches are left out there. */
export function withoutCaches(payload: JobPayload): JobPayload {
  return { ...payload, cache: [] };
}

/**
 * What the job asks for and will not get: one sentence each, without a full stop.
 * @param isLocal whether it runs in an embedded cluster
 */
export function leftOut(payload: JobPayload, { plugins, runner }: Configuration, isLocal: boolean): string[] {
  const services = plugins.some((plugin) => plugin.name === servicesPlugin) ? [] : payload.services;
  const isCollected = runner.url !== '' && payload.token !== '';
  const artifacts = isCollected ? [] : payload.artifacts.flatMap((artifact) => artifact.paths ?? []);
  const isShared = !isLocal && typeof runner.cache['Type'] === 'string' && runner.cache['Type'] !== '';
  const caches = isShared ? [] : payload.cache.flatMap((cache) => cache.paths ?? []);
  const noCaches = isLocal
    ? 'caches are neither restored nor saved'
    : 'caches last only where a volume is mounted for them';
  return [
    ...(services.length > 0 ? [`services are not started: ${services.map((service) => service.name).join(', ')}`] : []),
    ...(artifacts.length > 0 ? [`artifacts are not collected: ${artifacts.join(', ')}`] : []),
    ...(caches.length > 0 ? [`${noCaches}: ${caches.join(', ')}`] : []),
  ];
}
