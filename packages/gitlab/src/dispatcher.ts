import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Agent, Pool, ProxyAgent, buildConnector, type Dispatcher } from 'undici';
import type { ServerTls } from '@podwright/core';
import { ConnectFailure } from './network-error.ts';

/** The kernel asks a silent GitLab after this long whether it is still there, so that half-open connections are found. */
const keepAliveDelay = 30_000;
/** An idle connection is closed well before load balancers forget about it. */
const idleTimeout = 30_000;

/**
 * What opens connections to a GitLab, and keeps them for a while.
 * @param timeout milliseconds until a connection is up
 * @throws Error for certificates that are none
 */
export function createDispatcher(proxy: URL | undefined, tls: ServerTls, timeout: number): Dispatcher {
  const connect = { timeout, keepAlive: true, keepAliveInitialDelay: keepAliveDelay };
  return proxy === undefined ? directly(connect, tls) : viaProxy(proxy, connect, tls);
}

function directly(connect: buildConnector.BuildOptions, tls: ServerTls): Dispatcher {
  const connector = buildConnector({ ...connect, ...contextOf(tls) });
  return new Agent({ connect: markFailures(connector), keepAliveTimeout: idleTimeout });
}

/** A proxy gets no client certificate; what is asked of a GitLab without TLS is asked of the proxy itself, as is usual. */
function viaProxy({ href }: URL, connect: buildConnector.BuildOptions, tls: ServerTls): Dispatcher {
  return new ProxyAgent({
    uri: href,
    proxyTls: { ...connect, ...contextOf(tls.ca === undefined ? {} : { ca: tls.ca }) },
    requestTls: { ...connect, ...contextOf(tls) },
    proxyTunnel: false,
    keepAliveTimeout: idleTimeout,
    factory(origin, options: Pool.Options) {
      const connector = options.connect;
      if (typeof connector !== 'function') throw new Error('the connector of a proxy is no function');
      return new Pool(origin, { ...options, connect: markFailures(connector) });
    },
  });
}

/** Made once: reading the public authorities takes longer than a connection does. */
function contextOf({ ca, cert, key }: ServerTls): { readonly secureContext?: SecureContext } {
  if (ca === undefined && cert === undefined) return {};
  return {
    secureContext: createSecureContext({
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    }),
  };
}

function markFailures(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      // undici's own connector leaves the socket out when there is none.
      if (socket) callback(null, socket);
      else callback(new ConnectFailure(error), null);
    });
  };
}
