import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { registryServer } from './registry-server.ts';

/** How to log in to a registry. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** What could be used of a `DOCKER_AUTH_CONFIG`. */
export interface DockerAuthConfig {
  /** By server, in the form of `registryServer`. */
  readonly logins: ReadonlyMap<string, RegistryLogin>;
  /** For the trace; never with anything secret. */
  readonly warnings: readonly string[];
}

const fileSchema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

const text = z.string().default('');
const entrySchema = z.object({ auth: text, username: text, password: text });

/**
 * Reads the content of a Docker `config.json`. Credential helpers are programs on somebody's machine and so are not
 * used. Of two entries for one server the first counts. Whatever cannot be used becomes a warning.
 */
export function parseDockerAuthConfig(content: string): DockerAuthConfig {
  const file = fileSchema.safeParse(parseJson(content));
  if (!file.success) {
    return {
      logins: new Map(),
      warnings: ['DOCKER_AUTH_CONFIG is ignored: it is not the content of a Docker config.json'],
    };
  }
  const logins = new Map<string, RegistryLogin>();
  const warnings = unusedParts(file.data);
  for (const [written, entry] of Object.entries(file.data.auths ?? {})) {
    const server = registryServer(written);
    const login = loginOf(entry);
    if (!login)
      warnings.push(`DOCKER_AUTH_CONFIG: no user name and password can be read for ${JSON.stringify(server)}`);
    else if (!logins.has(server)) logins.set(server, login);
  }
  return { logins, warnings };
}

function unusedParts({ auths, credsStore, credHelpers }: z.output<typeof fileSchema>): string[] {
  const unused: string[] = [];
  if (credsStore) unused.push('credsStore');
  if (credHelpers && Object.keys(credHelpers).length > 0) unused.push('credHelpers');
  if (unused.length === 0 && !auths) return ['DOCKER_AUTH_CONFIG is ignored: it has no auths'];
  return unused.map((key) => `DOCKER_AUTH_CONFIG: ${key} is not used; only auths with user name and password are`);
}

/** As Docker does: `auth`, base64 of `user:password`, comes before separate members. */
function loginOf(entry: unknown): RegistryLogin | undefined {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const { auth, username, password } = parsed.data;
  if (auth === '') return username === '' ? undefined : { username, password };

  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** The parser's message would quote the text, so it is dropped. */
function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
