import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { Access } from './access.ts';
import type { Credentials } from './credentials.ts';
import { ConnectFailure } from './network-error.ts';

/** The kernel asks a silent peer after this long whether it is still there, so that half-open connections are found. */
const keepAliveDelay = 15_000;

/**
 * How undici opens a connection: with the credentials of the moment, through the kubeconfig's proxy if there is one.
 * Every failure is a `ConnectFailure`.
 * @param timeout milliseconds until TLS is up
 */
export function createConnector(credentials: Credentials, timeout: number): buildConnector.connector {
  let last: { access: Access; connect: buildConnector.connector } | undefined;

  const connectorFor = (access: Access): buildConnector.connector => {
    // Kept as long as the credentials are the same, for the sake of its TLS sessions.
    if (last?.access !== access) {
      const connect = access.proxied
        ? throughProxy(access, timeout)
        : buildConnector({ ...access.tls, timeout, keepAlive: true, keepAliveInitialDelay: keepAliveDelay });
      last = { access, connect };
    }
    return last.connect;
  };

  return (options, callback) => {
    // undici's own connector leaves the socket out when there is none.
    const give = (error: Error | null, socket?: Socket | TLSSocket | null): void => {
      if (socket) callback(null, socket);
      else callback(new ConnectFailure(error), null);
    };
    credentials
      .current()
      .then((access) => connectorFor(access)(options, give))
      .catch((error: unknown) => give(error instanceof Error ? error : new Error(String(error)), null));
  };
}

type ProxyAgent = Access['agent'] & {
  createConnection(options: object, callback: (error: Error | null, socket: Socket | TLSSocket | null) => void): void;
};

/** KubeConfig's agent does the CONNECT; TLS inside the tunnel is still to be awaited. */
function throughProxy(access: Access, timeout: number): buildConnector.connector {
  return ({ protocol, hostname, port, servername }, callback) => {
    const tls = protocol === 'https:';
    const options = {
      ...access.tls,
      host: hostname,
      port: port || (tls ? 443 : 80),
      // An address is no name to ask for; the certificate is then checked against the host.
      servername: access.tls.servername ?? (isIP(hostname) === 0 ? (servername ?? hostname) : ''),
      timeout,
    };
    (access.agent as ProxyAgent).createConnection(options, (error, socket) => {
      if (!socket) return callback(error ?? new Error('the proxy gave no connection'), null);
      if (!tls) return callback(null, socket);
      const onError = (failure: Error): void => callback(failure, null);
      socket.once('error', onError);
      socket.once('secureConnect', () => {
        socket.off('error', onError);
        socket.setTimeout(0);
        callback(null, socket);
      });
    });
  };
}
