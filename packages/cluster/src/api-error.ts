import type { Status } from '@podwright/core';
import { ClusterApiError } from '@podwright/core';
import type { Refused } from './outcome.ts';

/** Longest text of an answer that is not a Status, such as a proxy's page, that an error repeats. */
const plainTextLimit = 300;
const messageLimit = 4_000;
const retryAfterLimit = 30_000;

/**
 * The error for an answer of 300 or more, from the API's Status or, where there is none (proxies, kubelets), its text.
 * @param what what was asked, without secrets, such as `create pods ci/job-1`
 * @param headers of the answer, lower case
 */
export function refusedBy(
  what: string,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Uint8Array,
): Refused {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const parsed = parseStatus(text);
  const error = new ClusterApiError(
    `${what}: ${parsed === undefined ? plainText(text) : statusText(parsed)} (HTTP ${status})`,
    status,
    parsed?.reason ?? '',
  );
  const retryAfter = retryAfterOf(headers['retry-after'], parsed);
  return { kind: 'refused', error, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** A Kubernetes `Status`, or nothing when the text is something else. That which ends an exec has no `kind`. */
export function parseStatus(text: string): Status | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { status } = parsed as Status;
  return status === 'Success' || status === 'Failure' ? parsed : undefined;
}

/** A Status in words: its message, and those causes that the message does not tell already. */
export function statusText(status: Status): string {
  const message = withoutQuotedBody(status.message ?? '') || status.reason || 'refused without a message';
  const causes = (status.details?.causes ?? [])
    .map(({ field, message: cause }) => (field ? `${field}: ${cause ?? ''}` : (cause ?? '')))
    .filter((cause) => cause !== '' && !message.includes(cause));
  return [message, ...causes].join('; ').slice(0, messageLimit);
}

/** An answer to a body that cannot be decoded quotes a part of the body, which may be a secret. */
function withoutQuotedBody(message: string): string {
  const at = message.indexOf(', error found in #');
  return at < 0 ? message : message.slice(0, at);
}

function plainText(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return 'refused without a message';
  return line.length > plainTextLimit ? `${line.slice(0, plainTextLimit)}…` : line;
}

function retryAfterOf(header: string | string[] | undefined, status: Status | undefined): number | undefined {
  const seconds =
    typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : status?.details?.retryAfterSeconds;
  if (typeof seconds !== 'number' || seconds < 0) return undefined;
  return Math.min(seconds * 1000, retryAfterLimit);
}
