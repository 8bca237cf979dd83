import type { IncomingHttpHeaders } from 'node:http';

/** What GitLab answered. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Longest text of an answer that an error repeats. */
const textLimit = 300;

/** The header, or nothing when it is absent or was sent twice. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The answer's JSON, or nothing. The parser's error would quote the text, which may hold a token. */
export function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * How many milliseconds GitLab asked to wait: `Retry-After` in seconds or as a date, or `RateLimit-ResetTime`, a date.
 * @param now milliseconds since 1970
 */
export function retryAfterOf(answer: Answer, now: number): number | undefined {
  const text = headerOf(answer, 'retry-after') ?? headerOf(answer, 'ratelimit-resettime');
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `X-GitLab-Trace-Update-Interval` in milliseconds; nothing unless it is a positive number of seconds. */
export function updateIntervalOf(answer: Answer): number | undefined {
  const text = headerOf(answer, 'x-gitlab-trace-update-interval') ?? '';
  return /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) * 1_000 : undefined;
}

/** How many bytes of the log GitLab has. Its `Range: 0-<size>` names the size, not the last byte. */
export function traceSizeOf(answer: Answer): number | undefined {
  const match = /^0-(\d{1,15})$/.exec(headerOf(answer, 'range') ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Why GitLab said no, in its own words without the token, as far as the answer is GitLab's. */
export function refusalText(answer: Answer, token: string): string {
  const { message, error } = (jsonOf(answer) ?? {}) as { message?: unknown; error?: unknown };
  const said = message ?? error;
  if (said === undefined) return '';
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  const masked = token === '' ? text : text.replaceAll(token, '[MASKED]');
  return masked.length > textLimit ? `${masked.slice(0, textLimit)}…` : masked;
}
