import type { JobPayload, Plugin } from '@podwright/core';

/** What the job asks for and will not get: one sentence each, without a full stop. */
export function leftOut(payload: JobPayload, plugins: readonly Plugin[]): string[] {
  const services = plugins.some((plugin) => plugin.name === 'services') ? [] : payload.services;
  const artifacts = payload.artifacts.flatMap((artifact) => artifact.paths ?? []);
  const caches = payload.cache.flatMap((cache) => cache.paths ?? []);
  return [
    ...(services.length > 0 ? [`services are not started: ${services.map((service) => service.name).join(', ')}`] : []),
    ...(artifacts.length > 0 ? [`artifacts are not collected: ${artifacts.join(', ')}`] : []),
    ...(caches.length > 0 ? [`caches are neither restored nor saved: ${caches.join(', ')}`] : []),
  ];
}
