import type { RequestOptions } from 'node:https';
import type { KubeConfig, User } from '@kubernetes/client-node';
import type { Access, FileOrData, ServerSettings, UserSettings } from './access.ts';

/**
 * Access through client-node's KubeConfig, which knows exec plugins, OIDC and proxies. It is loaded only for those: it
 * takes 65 MB of memory and more than half a second.
 * @returns reads the access anew; programs are asked again when what they gave has expired
 */
export async function clientNodeAccess(server: ServerSettings, user: UserSettings): Promise<() => Promise<Access>> {
  const { KubeConfig: Loaded } = await import('@kubernetes/client-node');
  const kubeConfig = new Loaded();
  kubeConfig.loadFromClusterAndUser(
    {
      name: 'cluster',
      server: server.url,
      // It refuses plain http unless TLS is said to be unverified.
      skipTLSVerify: server.insecure === true || server.url.startsWith('http:'),
      ...pem('ca', server.ca),
      ...(server.servername === undefined ? {} : { tlsServerName: server.servername }),
      ...(server.proxy === undefined ? {} : { proxyUrl: server.proxy }),
    },
    userOf(user),
  );
  return async () => readAccess(kubeConfig, server, user);
}

function userOf(user: UserSettings): User {
  const { cert, key, token, tokenFile, username, password, exec } = user;
  const authProvider = tokenFile === undefined ? user.authProvider : { name: 'tokenFile', config: { tokenFile } };
  return {
    name: 'user',
    ...pem('cert', cert),
    ...pem('key', key),
    ...(token === undefined || tokenFile !== undefined ? {} : { token }),
    ...(username === undefined ? {} : { username, password: password ?? '' }),
    ...(exec === undefined ? {} : { exec }),
    ...(authProvider === undefined ? {} : { authProvider }),
  };
}

async function readAccess(kubeConfig: KubeConfig, server: ServerSettings, user: UserSettings): Promise<Access> {
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options).catch((error: unknown) => {
    // Errors about what a program printed would quote it, and it may be half a token.
    const badAnswer = error instanceof SyntaxError || error instanceof TypeError;
    throw badAnswer ? new Error('the exec plugin did not answer with an ExecCredential') : error;
  });
  // A token file's last newline is passed on as it is, and would make an invalid header.
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value).trim(),
  ]);
  if (typeof options.auth === 'string') {
    headers.push(['authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`]);
  }
  const { ca, cert, key, servername, rejectUnauthorized, agent } = options;
  const tls = Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    headers: { ...Object.fromEntries(headers), ...user.impersonate },
    tls: Object.fromEntries(tls),
    agent: agent as Access['agent'],
    proxied: server.proxy !== undefined,
  };
}

function pem(name: string, source: FileOrData | undefined): Record<string, string> {
  if (source === undefined) return {};
  return 'file' in source ? { [`${name}File`]: source.file } : { [`${name}Data`]: source.data };
}
