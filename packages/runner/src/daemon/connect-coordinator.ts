import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type RunnerConfig } from '@podwright/core';
import { Coordinator, type GitLabConnection, type TlsOptions } from '@podwright/gitlab';

export interface ConnectCoordinatorOptions extends Pick<GitLabConnection, 'env' | 'onAnswer'> {
  /** Path of the `config.toml`; paths in it are relative to its directory. */
  readonly file: string;
  readonly systemId: string;
}

/** The GitLab of a runner, and the certificates with which it is spoken to. */
export interface ConnectedCoordinator {
  readonly coordinator: Coordinator;
  readonly tls: TlsOptions;
}

/**
 * The GitLab of a runner. Nothing is asked of it yet.
 * @throws ConfigError for a URL that is none, no token, or a file that cannot be read
 */
export async function connectCoordinator(
  runner: RunnerConfig,
  { file, ...options }: ConnectCoordinatorOptions,
): Promise<ConnectedCoordinator> {
  const { url, token } = runner;
  if (token === '') throw problem(file, 'token', 'is missing: register the runner');
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (runner[key] !== '') tls[name] = await readPem(runner[key], key, file);
  }
  return { coordinator: new Coordinator({ url, token, tls, ...options }), tls };
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
