import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';

/** What a connection has to carry so that the API server knows and trusts us. */
export interface Access {
  /** `authorization` and `impersonate-*`, for each request. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** For each new TLS connection. */
  readonly tls: Readonly<
    Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'secureContext' | 'servername' | 'rejectUnauthorized'>
  >;
  /** Opens connections, through the kubeconfig's proxy if it has one. */
  readonly agent: HttpAgent;
  /** Whether the agent goes through a proxy. */
  readonly proxied: boolean;
}

/** A PEM file, or what a kubeconfig holds instead of one: its content in base64. */
export type FileOrData = { readonly file: string } | { readonly data: string };

/** A Kubernetes API, as a configuration describes it. */
export interface ServerSettings {
  readonly url: string;
  /** Absent: the system's certificates. */
  readonly ca?: FileOrData;
  /** Name that must be in the certificate instead of the URL's. */
  readonly servername?: string;
  /** Takes any certificate. */
  readonly insecure?: boolean;
  readonly proxy?: string;
}

/** Who we are for that API. */
export interface UserSettings {
  readonly cert?: FileOrData;
  readonly key?: FileOrData;
  readonly token?: string;
  /** Read whenever the credentials are renewed; counts more than `token`, as in client-go. */
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  /** Whom to act as. */
  readonly impersonate?: Readonly<Record<string, string | string[]>>;
  /** Credentials that a program or a provider hands out; as in a kubeconfig. */
  readonly exec?: object;
  readonly authProvider?: object;
}

/** What files and settings hold at the moment. */
interface Contents {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly token: string | undefined;
}

/**
 * Access by what is written down: certificates, a token, a password.
 * @returns reads all files anew; the same access as long as they hold the same, for the sake of its TLS sessions
 * @throws Error of the file that cannot be read
 */
export function plainAccess(server: ServerSettings, user: UserSettings): () => Promise<Access> {
  let last: { readonly contents: Contents; readonly access: Access } | undefined;
  return async () => {
    const [ca, cert, key, token] = await Promise.all([
      contentOf(server.ca),
      contentOf(user.cert),
      contentOf(user.key),
      tokenOf(user),
    ]);
    const contents = { ca, cert, key, token };
    if (last === undefined || !isDeepStrictEqual(last.contents, contents)) {
      last = { contents, access: accessWith(contents, server, user) };
    }
    return last.access;
  };
}

function accessWith({ ca, cert, key, token }: Contents, server: ServerSettings, user: UserSettings): Access {
  const isSecure = server.url.startsWith('https:');
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    // Made once: to read certificates takes milliseconds, and each exec is a connection of its own.
    ...(isSecure ? { secureContext: createSecureContext({ ca, cert, key }) } : {}),
    ...(server.servername === undefined ? {} : { servername: server.servername }),
    ...(server.insecure === true ? { rejectUnauthorized: false } : {}),
  };
  const authorization = authorizationOf(token, user);
  return {
    headers: { ...(authorization === undefined ? {} : { authorization }), ...user.impersonate },
    tls,
    agent: isSecure ? new HttpsAgent(tls) : new HttpAgent(),
    proxied: false,
  };
}

async function contentOf(source: FileOrData | undefined): Promise<Buffer | undefined> {
  if (source === undefined) return undefined;
  return 'file' in source ? readFile(source.file) : Buffer.from(source.data, 'base64');
}

async function tokenOf({ token, tokenFile }: UserSettings): Promise<string | undefined> {
  return tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
}

function authorizationOf(token: string | undefined, { username, password }: UserSettings): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}
