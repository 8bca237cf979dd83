import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type RunnerConfig, type ServerTls } from '@podwright/core';
import { Coordinator, type GitLabConnection } from '@podwright/gitlab';

/** What says which GitLab a runner belongs to, and how it is reached. */
export type GitLabKeys = Pick<RunnerConfig, 'url' | 'tls-ca-file' | 'tls-cert-file' | 'tls-key-file'>;

export interface GitLabConnectionOptions extends Pick<GitLabConnection, 'env' | 'onAnswer' | 'logger' | 'timing'> {
  /** Path of the `config.toml`; paths in it are relative to its directory. */
  readonly file: string;
  /** Of the runner in it, such as `runners[0]`, for errors. */
  readonly path: string;
}

export interface ConnectCoordinatorOptions extends GitLabConnectionOptions {
  readonly systemId: string;
}

/** The GitLab of a runner, and the certificates with which it is spoken to. */
export interface ConnectedCoordinator {
  readonly coordinator: Coordinator;
  readonly tls: ServerTls;
}

/**
 * The GitLab of a runner. Nothing is asked of it yet.
 * @throws ConfigError for a URL that is none, no token, or a file that cannot be read
 */
export async function connectCoordinator(
  runner: GitLabKeys & Pick<RunnerConfig, 'token'>,
  { systemId, ...options }: ConnectCoordinatorOptions,
): Promise<ConnectedCoordinator> {
  const { token } = runner;
  if (token === '') throw problem(options, 'token', 'is missing: register the runner');
  const connection = await gitlabConnection(runner, options);
  return { coordinator: new Coordinator({ ...connection, token, systemId }), tls: connection.tls };
}

/** How the GitLab of a runner is reached. Errors as above. */
export async function gitlabConnection(
  runner: GitLabKeys,
  options: GitLabConnectionOptions,
): Promise<GitLabConnection & { readonly tls: ServerTls }> {
  const { file, path: _, ...rest } = options;
  const { url } = runner;
  if (url === '') throw problem(options, 'url', 'is missing: it is the address of GitLab');
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (runner[key] === '') continue;
    tls[name] = await readFile(resolve(dirname(file), runner[key]), 'utf8').catch((error: unknown) => {
      throw problem(options, key, messageOf(error));
    });
  }
  return { ...rest, url, tls };
}

function problem({ file, path }: GitLabConnectionOptions, key: string, message: string): ConfigError {
  return new ConfigError(file, [{ path: `${path}.${key}`, message, kind: 'invalid' }]);
}
