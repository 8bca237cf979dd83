import { readFile } from 'node:fs/promises';
import { ConfigError, messageOf, type Problem } from '@podwright/core';
import type { ServerSettings, UserSettings } from './access.ts';
import type { ConnectionConfig } from './connection-config.ts';

/**
 * The connection that `host` and the file keys describe, checked as far as it can be without connecting.
 * @param base path of the keys in the configuration, such as `runners[0].kubernetes`
 * @throws ConfigError naming each key that is missing, each file that cannot be read
 */
export async function explicitHost(
  config: ConnectionConfig,
  base: string,
): Promise<{ server: ServerSettings; user: UserSettings }> {
  const url = serverUrl(config);
  // A key without a certificate is ignored, as GitLab Runner does.
  const files = config.cert_file === '' ? (['ca_file'] as const) : (['cert_file', 'key_file', 'ca_file'] as const);
  const found = await Promise.all(files.map(async (key) => fileProblem(config, key)));
  const problems = found.flatMap((message, i): Problem[] =>
    message === undefined ? [] : [{ path: `${base}.${files[i]}`, message, kind: 'invalid' }],
  );
  if (url === undefined) {
    const message = 'must be a URL such as https://10.0.0.1:6443, without user name, password and query';
    problems.unshift({ path: `${base}.host`, message, kind: 'invalid' });
  }
  if (url === undefined || problems.length > 0) throw new ConfigError('connection to the cluster', problems);

  const { cert_file: cert, key_file: key, ca_file: ca } = config;
  return {
    server: { url, ...(ca === '' ? {} : { ca: { file: ca } }) },
    user: cert === '' ? {} : { cert: { file: cert }, key: { file: key } },
  };
}

/** Without a scheme it depends on the files, as in client-go. */
function serverUrl(config: ConnectionConfig): string | undefined {
  const scheme = config.ca_file !== '' || config.cert_file !== '' ? 'https' : 'http';
  const text = /^[a-z]+:\/\//i.test(config.host) ? config.host : `${scheme}://${config.host}`;
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return undefined;
  const { username, password, search } = new URL(text);
  return username === '' && password === '' && search === '' ? text : undefined;
}

async function fileProblem(
  config: ConnectionConfig,
  key: 'cert_file' | 'key_file' | 'ca_file',
): Promise<string | undefined> {
  const path = config[key];
  if (path === '') return config.cert_file === '' ? undefined : 'must be set, because cert_file is';
  try {
    await readFile(path);
    return undefined;
  } catch (error) {
    return `cannot read ${path}: ${messageOf(error)}`;
  }
}
