import { runnersOf, type TomlTable } from '@podwright/core';
import type { GitLabKeys } from '../daemon/connect-coordinator.ts';

/** One `[[runners]]` of a file, of any executor; nothing of it was checked. What is absent or no text is empty. */
export interface FileRunner extends GitLabKeys {
  readonly name: string;
  readonly token: string;
  readonly executor: string;
  readonly shell: 'bash' | 'sh';
  /** GitLab's number of it; absent where the file does not say. */
  readonly id?: number;
  /** Absent: never, or the file does not say. */
  readonly tokenExpiresAt?: Date;
}

/** @throws ConfigError for what is no TOML, and for runners that are no `[[runners]]` */
export function fileRunners(text: string, source: string): FileRunner[] {
  return runnersOf(text, source).map(fileRunner);
}

export function fileRunner(table: TomlTable): FileRunner {
  const textOf = (key: string): string => (typeof table[key] === 'string' ? table[key] : '');
  const { id, token_expires_at: expires } = table;
  // GitLab Runner writes the year 1 for never.
  const isSet = expires instanceof Date && expires.getUTCFullYear() > 1;
  return {
    name: textOf('name'),
    url: textOf('url'),
    token: textOf('token'),
    executor: textOf('executor') || 'kubernetes',
    shell: textOf('shell') === 'sh' ? 'sh' : 'bash',
    'tls-ca-file': textOf('tls-ca-file'),
    'tls-cert-file': textOf('tls-cert-file'),
    'tls-key-file': textOf('tls-key-file'),
    ...(typeof id === 'number' && { id }),
    ...(isSet && { tokenExpiresAt: expires }),
  };
}

/** Whether two are the same to GitLab. */
export function isSame(a: Pick<FileRunner, 'url' | 'token'>, b: Pick<FileRunner, 'url' | 'token'>): boolean {
  return a.token === b.token && normal(a.url) === normal(b.url);
}

function normal(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url;
}
