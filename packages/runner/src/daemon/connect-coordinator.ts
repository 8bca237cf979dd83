import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, messageOf, type RunnerConfig } from '@podwright/core';
import { Coordinator } from '@podwright/gitlab';

/**
 * The GitLab of a runner. Nothing is asked of it yet.
 * @param file path of the `config.toml`; paths in it are relative to its directory
 * @throws ConfigError for a URL that is none, no token, or a file that cannot be read
 */
export async function connectCoordinator(runner: RunnerConfig, systemId: string, file: string): Promise<Coordinator> {
  const { url, token } = runner;
  if (token === '') throw problem(file, 'token', 'is missing: register the runner');
  const keys = { ca: 'tls-ca-file', cert: 'tls-cert-file', key: 'tls-key-file' } as const;
  const tls: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    if (runner[key] !== '') tls[name] = await readPem(runner[key], key, file);
  }
  return new Coordinator({ url, token, systemId, tls });
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
