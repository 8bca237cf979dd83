import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HelperError, codeOf, messageOf } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Log } from '../log.ts';
import { version } from '../version.ts';
import { integer, text, type Values } from '../cli/flags.ts';
import { HttpClient, type TlsOptions } from './http-client.ts';
import { parseHttpUrl } from './urls.ts';

/** Flags that say which job of which server, and how to get in. */
export const jobFlags = {
  url: text('', 'CI_SERVER_URL'),
  token: text('', 'CI_JOB_TOKEN'),
  id: integer(0, 'CI_JOB_ID'),
  'tls-ca-file': text('', 'CI_SERVER_TLS_CA_FILE'),
  'tls-cert-file': text('', 'CI_SERVER_TLS_CERT_FILE'),
  'tls-key-file': text('', 'CI_SERVER_TLS_KEY_FILE'),
};

/** A job at its server. */
export interface Job {
  readonly server: URL;
  readonly id: number;
  readonly token: string;
}

/** @throws HelperError naming all flags that are missing */
export function jobOf(values: Values<typeof jobFlags>): Job {
  const missing = [
    ...(values.url === '' ? ['--url'] : []),
    ...(values.token === '' ? ['--token'] : []),
    ...(values.id > 0 ? [] : ['--id']),
  ];
  if (missing.length > 0) throw new HelperError(`missing ${missing.join(', ')}`);
  // A header could be forged with them.
  if (/[^\u0021-\u007E]/.test(values.token)) throw new HelperError('--token has characters that no token has');
  return { server: parseHttpUrl(values.url, '--url'), id: values.id, token: values.token };
}

/** The headers of a request for a job. */
export function jobHeaders({ token }: Job): Record<string, string> {
  return {
    'job-token': token,
    'user-agent': `podwright-helper/${version}`,
    'x-request-id': randomUUID().replaceAll('-', ''),
  };
}

/** A client for a job's server. @param timeouts in milliseconds */
export async function jobClient(
  values: Values<typeof jobFlags>,
  timeouts: { readonly timeout: number; readonly headersTimeout: number },
  io: Io,
  log: Log,
): Promise<HttpClient> {
  const read = async (flag: keyof typeof jobFlags): Promise<string | undefined> => {
    const file = String(values[flag]);
    return file === '' ? undefined : readPem(file, flag, log);
  };
  const [ca, cert, key] = await Promise.all([read('tls-ca-file'), read('tls-cert-file'), read('tls-key-file')]);
  const tls: TlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return new HttpClient({ env: io.env, ...timeouts, tls });
}

async function readPem(file: string, flag: string, log: Log): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw new HelperError(`--${flag}: ${messageOf(error)}`, { cause: error });
    log.warn(`--${flag}: ${file} is not there`);
    return undefined;
  }
}
