import type { JobCredential } from '@podwright/core';
import { parseDockerAuthConfig, type RegistryLogin } from './docker-auth-config.ts';
import { configKey, registryServer } from './registry-server.ts';

/** Where credentials for registries come from, first source first. */
export interface CredentialSources {
  /** The content of `DOCKER_AUTH_CONFIG`; empty when the job has none. */
  readonly dockerAuthConfig: string;
  /** What GitLab sent with the job; only those of type `registry` count. */
  readonly credentials: readonly JobCredential[];
}

/** The credentials of one job. */
export interface RegistryCredentials {
  /** Content of a Docker `config.json`, servers sorted; absent when there are no credentials. */
  readonly dockerConfig?: string;
  /** For the trace. */
  readonly warnings: readonly string[];
}

/** Joins the sources; for each server the first source that knows it counts. */
export function registryCredentials({ dockerAuthConfig, credentials }: CredentialSources): RegistryCredentials {
  const { logins, warnings } =
    dockerAuthConfig === '' ? { logins: [], warnings: [] } : parseDockerAuthConfig(dockerAuthConfig);
  const all = new Map<string, RegistryLogin>(logins);
  for (const { type, url, username, password } of credentials) {
    const server = registryServer(url);
    if (type === 'registry' && server !== '' && !all.has(server)) all.set(server, { username, password });
  }
  if (all.size === 0) return { warnings };
  const auths = [...all].map(
    ([server, { username, password }]) => [configKey(server), { username, password }] as const,
  );
  auths.sort(([a], [b]) => (a < b ? -1 : 1));
  return { dockerConfig: JSON.stringify({ auths: Object.fromEntries(auths) }), warnings };
}
