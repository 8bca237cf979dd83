import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { KubeConfig, type Cluster as KubeCluster, type User } from '@kubernetes/client-node';
import { ConfigError, messageOf } from '@podwright/core';
import { Credentials, tokenFileUser } from './credentials.ts';
import type { Connection } from './connection.ts';
import type { ConnectionConfig } from './connection-config.ts';
import { explicitHost } from './explicit-host.ts';
import { defaultKubeconfigFiles, readKubeconfig } from './kubeconfig.ts';

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
  /** Path of the keys in the configuration, for problems; default `runners.kubernetes`. */
  readonly base?: string;
}

interface Found {
  readonly kubeConfig: KubeConfig;
  readonly source: string;
  readonly namespace?: string;
}

/**
 * Finds the Kubernetes API in the order of GitLab Runner 13.11: `host` of the configuration; else the cluster that
 * podwright runs in; where that cannot be, the kubeconfig. A kubeconfig or context asked for in `options` comes first.
 * A `bearer_token` replaces how the user of any of them logs in; only the certificate of `cert_file` stays beside it,
 * since whoever wrote both wants both (a proxy may ask for the certificate).
 * @throws ConfigError with all problems: missing or unreadable files, certificates that cannot be used, an unknown context
 */
export async function loadConnection(config: ConnectionConfig, options: LoadConnectionOptions): Promise<Connection> {
  const found = await find(config, options);
  const { kubeConfig, source, namespace } = found;
  const user = kubeConfig.getCurrentUser();
  if (config.bearer_token !== '' && user !== null) replaceToken(kubeConfig, user, config.bearer_token, source);
  const server = serverOf(kubeConfig, source);
  const credentials = new Credentials(kubeConfig);
  try {
    createSecureContext((await credentials.current()).tls);
  } catch (error) {
    throw connectionError(source, `cannot use the credentials: ${messageOf(error)}`, error);
  }
  return { server, source, credentials, ...(namespace === undefined ? {} : { namespace }) };
}

async function find(config: ConnectionConfig, options: LoadConnectionOptions): Promise<Found> {
  if (options.kubeconfig !== undefined || options.context !== undefined) return fromKubeconfig(options);
  if (config.host !== '') {
    const kubeConfig = await explicitHost(config, options.base ?? 'runners.kubernetes');
    return { kubeConfig, source: 'host' };
  }
  return (await inCluster(options)) ?? fromKubeconfig(options);
}

/** As client-go: both variables and a readable token make it; a missing CA file leaves the system's certificates. */
async function inCluster(options: LoadConnectionOptions): Promise<Found | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = options.env;
  const folder = options.serviceAccountDir ?? '/var/run/secrets/kubernetes.io/serviceaccount';
  const tokenFile = join(folder, 'token');
  if (host === '' || port === '' || (await read(tokenFile)) === undefined) return undefined;

  const caFile = join(folder, 'ca.crt');
  const hasCa = (await read(caFile)) !== undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const kubeConfig = single(
    { name: 'in-cluster', server, skipTLSVerify: false, ...(hasCa ? { caFile } : {}) },
    { name: 'in-cluster', ...tokenFileUser(tokenFile) },
  );
  const namespace = (await read(join(folder, 'namespace')))?.trim() ?? '';
  return { kubeConfig, source: 'in-cluster', ...(namespace === '' ? {} : { namespace }) };
}

async function fromKubeconfig(options: LoadConnectionOptions): Promise<Found> {
  const files = defaultKubeconfigFiles(options.kubeconfig, options.env);
  const kubeConfig = await readKubeconfig(files, { mustExist: options.kubeconfig !== undefined });
  if (kubeConfig === undefined) {
    const places = files.length === 0 ? 'neither KUBECONFIG nor HOME is set' : `there is no ${files.join(' nor ')}`;
    throw connectionError(
      'connection to the cluster',
      `no host is configured, podwright does not run in a cluster, and ${places}`,
    );
  }
  if (options.context !== undefined) kubeConfig.setCurrentContext(options.context);
  const name = kubeConfig.getCurrentContext() ?? '';
  const context = kubeConfig.getContextObject(name);
  const source = `kubeconfig ${files.join(', ')}`;
  if (context === null) throw connectionError(source, unknownContext(name, kubeConfig));
  const namespace = context.namespace ?? '';
  return { kubeConfig, source: `${source}, context ${name}`, ...(namespace === '' ? {} : { namespace }) };
}

function unknownContext(name: string, kubeConfig: KubeConfig): string {
  const valid = kubeConfig.getContexts().map((context) => context.name);
  const known = valid.length === 0 ? 'it has none' : `known are ${valid.join(', ')}`;
  return name === '' ? `no current context is set; ${known}` : `unknown context ${JSON.stringify(name)}; ${known}`;
}

/** The server's URL as it is used and shown; also refuses what could only fail later. */
function serverOf(kubeConfig: KubeConfig, source: string): string {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw connectionError(source, 'the context names a cluster that is not there');
  if (!URL.canParse(cluster.server)) throw connectionError(source, 'the server of the cluster is not a URL');
  if (cluster.proxyUrl !== undefined && !/^https?:\/\//.test(cluster.proxyUrl)) {
    throw connectionError(source, 'proxy-url must begin with http:// or https://');
  }
  if (kubeConfig.getCurrentUser() === null && kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.user) {
    throw connectionError(source, 'the context names a user that is not there');
  }
  const url = new URL(cluster.server);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`;
}

function replaceToken(kubeConfig: KubeConfig, user: User, token: string, source: string): void {
  // The API server looks at a client certificate before the token, so one of a kubeconfig would make the token void.
  const certificate = source === 'host' ? pick(user) : {};
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) return;
  const replaced = { name: user.name, token, ...certificate };
  kubeConfig.loadFromOptions({
    clusters: [cluster],
    users: [replaced],
    contexts: [{ name: 'token', cluster: cluster.name, user: user.name }],
    currentContext: 'token',
  });
}

function pick(user: User): Partial<User> {
  return {
    ...(user.certFile === undefined ? {} : { certFile: user.certFile }),
    ...(user.keyFile === undefined ? {} : { keyFile: user.keyFile }),
  };
}

function single(cluster: KubeCluster, user: User): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(cluster, user);
  return kubeConfig;
}

function connectionError(source: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError(source, [{ path: '', message, kind: 'invalid' }], cause === undefined ? undefined : { cause });
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
