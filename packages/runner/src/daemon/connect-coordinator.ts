import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type RunnerConfig } from '@podwright/core';
import { Coordinator, type GitLabConnection, type TlsOptions } from '@podwright/gitlab';

export interface ConnectCoordinatorOptions extends Pick<GitLabConnection, 'env' | 'onAnswer' | 'logger'> {
  /** Path of the `config.toml`; paths in it are relative to its directory. */
  readonly file: string;
  /** Of the runner in it, such as `runners[0]`. */
  readonly path: string;
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
  { file, path, ...options }: ConnectCoordinatorOptions,
): Promise<ConnectedCoordinator> {
  const { url, token } = runner;
  const refuse = (key: string, message: string): ConfigError =>
    new ConfigError(file, [{ path: `${path}.${key}`, message, kind: 'invalid' }]);
  if (url === '') throw refuse('url', 'is missing: it is the address of GitLab');
  if (token === '') throw refuse('token', 'is missing: register the runner');
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (runner[key] === '') continue;
    tls[name] = await readFile(resolve(dirname(file), runner[key]), 'utf8').catch((error: unknown) => {
      throw refuse(key, messageOf(error));
    });
  }
  return { coordinator: new Coordinator({ url, token, tls, ...options }), tls };
}
