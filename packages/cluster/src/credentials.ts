import { readFile } from 'node:fs/promises';
import type { Agent, RequestOptions } from 'node:https';
import type { KubeConfig, User } from '@kubernetes/client-node';

/** What a connection has to carry so that the API server knows and trusts us. */
export interface Access {
  /** `authorization`, `impersonate-user`: for each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** For each new TLS connection. */
  readonly tls: Readonly<Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>>;
  /** Opens connections as the kubeconfig says: through its proxy, if it has one. */
  readonly agent: Agent;
  /** Whether the agent goes through a proxy. */
  readonly proxied: boolean;
}

/**
 * Tokens and certificates of one `KubeConfig`. They may change while we run: token files and certificates are replaced,
 * exec plugins and OIDC answer anew. So they are asked for again once they are older than ten seconds, which costs a
 * few small files; and at once after `forget`.
 */
export class Credentials {
  private static readonly maxAge = 10_000;
  private access: Access | undefined;
  private pending: Promise<Access> | undefined;
  private readAt = 0;

  constructor(private readonly kubeConfig: KubeConfig) {
    kubeConfig.addAuthenticator(tokenFileAuthenticator);
  }

  /**
   * The credentials to use now; the same object as long as they are fresh. When they cannot be renewed, the last
   * ones are given: the API server decides whether they still hold.
   * @throws Error when there never were any: an unreadable file, an exec plugin that fails
   */
  async current(): Promise<Access> {
    if (this.access !== undefined && Date.now() - this.readAt < Credentials.maxAge) return this.access;
    this.pending ??= this.read().finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }

  /** The API server refused them: the next `current` asks for new ones. */
  forget(): void {
    this.readAt = 0;
  }

  private async read(): Promise<Access> {
    try {
      this.access = await readAccess(this.kubeConfig);
    } catch (error) {
      if (this.access === undefined) throw error;
    }
    this.readAt = Date.now();
    return this.access;
  }
}

/** The name under which `tokenFileUser` asks for our own authenticator. */
const tokenFileProvider = 'podwright-token-file';

/** The part of a KubeConfig user that takes its token from a file, read again whenever credentials are renewed. */
export function tokenFileUser(path: string): Pick<User, 'authProvider'> {
  return { authProvider: { name: tokenFileProvider, config: { path } } };
}

// client-node's own passes on the file's last newline, which makes an invalid header, and does not know that of a kubeconfig.
const tokenFileAuthenticator = {
  isAuthProvider: (user: User): boolean => user.authProvider?.name === tokenFileProvider,
  async applyAuthentication(user: User, options: { headers?: unknown }): Promise<void> {
    const token = (await readFile(user.authProvider.config.path, 'utf8')).trim();
    (options.headers as Record<string, string>)['Authorization'] = `Bearer ${token}`;
  },
};

async function readAccess(kubeConfig: KubeConfig): Promise<Access> {
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  if (typeof options.auth === 'string') {
    headers.push(['authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`]);
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    headers: Object.fromEntries(headers) as Record<string, string>,
    tls: dropUndefined({ ca, cert, key, servername, rejectUnauthorized }),
    agent: options.agent as Agent,
    proxied: kubeConfig.getCurrentCluster()?.proxyUrl !== undefined,
  };
}

function dropUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
