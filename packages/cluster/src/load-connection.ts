import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ConfigError, messageOf } from '@podwright/core';
import { plainAccess, type Access, type ServerSettings, type UserSettings } from './access.ts';
import { clientNodeAccess } from './client-node-access.ts';
import type { Connection } from './connection.ts';
import type { ConnectionConfig } from './connection-config.ts';
import { Credentials } from './credentials.ts';
import { explicitHost } from './explicit-host.ts';
import { kubeconfigFiles, readKubeconfig, type Kubeconfig } from './kubeconfig.ts';
import { serverSettings, userSettings } from './kubeconfig-settings.ts';

/** What `loadConnection` has to know beside the configuration. */
export interface LoadConnectionOptions {
  /** Path of a kubeconfig (several with `:`, as in KUBECONFIG). Given on the command line, it comes before all else. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig. Given on the command line, it means that a kubeconfig is to be used. */
  readonly context?: string;
  /** The environment: KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, KUBECONFIG and HOME are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a Pod finds its service account; default `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly serviceAccountDir?: string;
  /** Token to log in with, instead of whatever the way of connecting has for it. Empty, or absent: none. */
  readonly bearerToken?: string;
  /** Path of the keys in the configuration, for problems; default `runners.kubernetes`. */
  readonly base?: string;
}

interface Found {
  readonly server: ServerSettings;
  readonly user: UserSettings;
  readonly source: string;
  readonly namespace?: string;
}

/**
 * Finds the Kubernetes API in the order of GitLab Runner 13.11: `host` of the configuration; else the cluster that
 * podwright runs in; where that cannot be, the kubeconfig. A kubeconfig or context asked for in `options` comes first.
 * A token of `options` replaces how the user of any of them logs in.
 * @throws ConfigError with all problems: missing or unreadable files, certificates that cannot be used, an unknown context
 */
export async function loadConnection(config: ConnectionConfig, options: LoadConnectionOptions): Promise<Connection> {
  const { bearerToken = '' } = options;
  const found = await find(config, options);
  const asUser = connectionTo(found, checkedUrl(found.server, found.source));
  const connection = bearerToken === '' ? asUser : asUser.withToken(bearerToken);
  try {
    createSecureContext((await connection.credentials.current()).tls);
    return connection;
  } catch (error) {
    const message = `cannot use the credentials: ${messageOf(error).trim().slice(0, 500)}`;
    throw connectionError(found.source, message, { cause: error });
  }
}

/** Reads no credentials before they are asked for. */
function connectionTo(found: Found, url: string): Connection {
  const { server, user, source, namespace } = found;
  let reader: Promise<() => Promise<Access>> | undefined;
  const credentials = new Credentials(async () => {
    reader ??= accessReader(server, user);
    return (await reader)();
  });
  return {
    server: url,
    source,
    credentials,
    ...(namespace === undefined ? {} : { namespace }),
    withToken: (token) => connectionTo({ ...found, user: withToken(user, token, source) }, url),
  };
}

async function find(config: ConnectionConfig, options: LoadConnectionOptions): Promise<Found> {
  if (options.kubeconfig !== undefined || options.context !== undefined) return fromKubeconfig(options);
  if (config.host !== '') {
    return { ...(await explicitHost(config, options.base ?? 'runners.kubernetes')), source: 'host' };
  }
  return (await inCluster(options)) ?? fromKubeconfig(options);
}

/** As client-go: both variables and a readable token make it; a missing CA file leaves the system's certificates. */
async function inCluster(options: LoadConnectionOptions): Promise<Found | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = options.env;
  const folder = options.serviceAccountDir ?? '/var/run/secrets/kubernetes.io/serviceaccount';
  const tokenFile = join(folder, 'token');
  if (host === '' || port === '' || (await read(tokenFile)) === undefined) return undefined;

  const file = join(folder, 'ca.crt');
  const ca = (await read(file)) === undefined ? {} : { ca: { file } };
  const namespace = (await read(join(folder, 'namespace')))?.trim() ?? '';
  return {
    server: { url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, ...ca },
    user: { tokenFile },
    source: 'in-cluster',
    ...(namespace === '' ? {} : { namespace }),
  };
}

async function fromKubeconfig(options: LoadConnectionOptions): Promise<Found> {
  const files = kubeconfigFiles(options.kubeconfig, options.env);
  const kubeconfig = await readKubeconfig(files, { mustExist: options.kubeconfig !== undefined });
  if (kubeconfig === undefined) {
    const places = files.length === 0 ? 'neither KUBECONFIG nor HOME is set' : `there is no ${files.join(' nor ')}`;
    const why =
      options.context === undefined
        ? 'no host is configured, podwright does not run in a cluster'
        : `context ${JSON.stringify(options.context)} is asked for`;
    throw connectionError('connection to the cluster', `${why}, and ${places}`);
  }
  const name = options.context ?? kubeconfig.currentContext;
  const source = `kubeconfig ${files.join(', ')}`;
  const context = kubeconfig.contexts.get(name);
  if (context === undefined) throw connectionError(source, unknownContext(name, kubeconfig));
  const cluster = kubeconfig.clusters.get(context.cluster);
  const user = context.user === undefined ? {} : kubeconfig.users.get(context.user);
  if (cluster === undefined) throw connectionError(source, `context ${name}: unknown cluster ${context.cluster}`);
  if (user === undefined) throw connectionError(source, `context ${name}: unknown user ${context.user}`);
  return {
    server: serverSettings(cluster),
    user: userSettings(user),
    source: `${source}, context ${name}`,
    ...(context.namespace === undefined || context.namespace === '' ? {} : { namespace: context.namespace }),
  };
}

function unknownContext(name: string, kubeconfig: Kubeconfig): string {
  const valid = [...kubeconfig.contexts.keys()];
  const known = valid.length === 0 ? 'it has none' : `known are ${valid.join(', ')}`;
  return name === '' ? `no current context is set; ${known}` : `unknown context ${JSON.stringify(name)}; ${known}`;
}

/**
 * The API server looks at a client certificate before the token: one of a kubeconfig would make the token void. But whoever
 * wrote `cert_file` beside a token wants both, since a proxy may ask for the certificate.
 */
function withToken(user: UserSettings, token: string, source: string): UserSettings {
  const { cert, key } = user;
  return source === 'host' && cert !== undefined && key !== undefined ? { cert, key, token } : { token };
}

/** The server's URL as it is used and shown; refuses what could only fail later. */
function checkedUrl({ url, proxy }: ServerSettings, source: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw connectionError(source, 'the server of the cluster must be a http or https URL');
  }
  if (proxy !== undefined && (!/^https?:\/\//i.test(proxy) || !URL.canParse(proxy))) {
    throw connectionError(source, 'proxy-url must be a http or https URL');
  }
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}

async function accessReader(server: ServerSettings, user: UserSettings): Promise<() => Promise<Access>> {
  const plain = user.exec === undefined && user.authProvider === undefined && server.proxy === undefined;
  return plain ? plainAccess(server, user) : clientNodeAccess(server, user);
}

function connectionError(source: string, message: string, options?: ErrorOptions): ConfigError {
  return new ConfigError(source, [{ path: '', message, kind: 'invalid' }], options);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
