import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type RunnerConfig } from '@podwright/core';
import { Coordinator, type CoordinatorTiming, type GitLabConnection } from '@podwright/gitlab';

/** What says which GitLab a runner belongs to, and how it is reached. */
export type GitLabKeys = Pick<RunnerConfig, 'url' | 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'>;

/**
 * The GitLab of a runner. Nothing is asked of it yet.
 * @param file path of the `config.toml`; paths in it are relative to its directory
 * @throws ConfigError for a URL that is none, no token, or a file that cannot be read
 */
export async function connectCoordinator(
  runner: GitLabKeys & Pick<RunnerConfig, 'token'>,
  systemId: string,
  file: string,
  timing: Partial<CoordinatorTiming> = {},
): Promise<Coordinator> {
  const { token } = runner;
  if (token === '') throw problem(file, 'token', 'is missing: register the runner');
  return new Coordinator({ ...(await gitlabConnection(runner, file)), token, systemId, timing });
}

/** How the GitLab of a runner is reached. Parameters and errors as above. */
export async function gitlabConnection(runner: GitLabKeys, file: string): Promise<GitLabConnection> {
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (runner[key] !== '') tls[name] = await readPem(runner[key], key, file);
  }
  return { url: runner.url, tls };
}

async function readPem(path: string, key: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(dirname(file), path), 'utf8');
  } catch (error) {
    throw problem(file, key, messageOf(error));
  }
}

function problem(file: string, key: string, message: string): ConfigError {
  return new ConfigError(file, [{ path: `runners.${key}`, message, kind: 'invalid' }]);
}
