import { createHash, createHmac } from 'node:crypto';

/** A request as a server sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Checks the query of a pre-signed request as S3 does, from the description of Signature Version 4 alone.
 * @returns what is wrong; undefined when nothing is
 */
export function signatureProblem(
  { method, target, headers }: SeenRequest,
  secretOf: (accessKey: string) => string | undefined,
  now: Date = new Date(),
): string | undefined {
  const [path = '', rawQuery = ''] = target.split('?');
  const pairs = rawQuery.split('&').map((pair) => pair.split('=') as [string, string]);
  const query = new URLSearchParams(rawQuery);
  const [accessKey = '', date = '', region = '', service = '', end = ''] = (query.get('X-Amz-Credential') ?? '').split(
    '/',
  );
  const secret = secretOf(accessKey);
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || secret === undefined) return 'InvalidAccessKeyId';
  const stamp = query.get('X-Amz-Date') ?? '';
  const signedAt = Date.parse(stamp.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z'));
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!(seconds >= 1 && seconds <= 604_800) || Number.isNaN(signedAt)) return 'AuthorizationQueryParametersError';
  if (now.getTime() > signedAt + seconds * 1000) return 'Request has expired';
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (!signed.includes('host') || unsigned.length > 0) return `headers are not signed: ${unsigned.join(', ')}`;
  const canonical = [
    method,
    path,
    pairs
      .filter(([name]) => name !== 'X-Amz-Signature')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
    ...signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = [date, region, service, end].join('/');
  const text = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date, region, service, end].reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex') === query.get('X-Amz-Signature') ? undefined : 'SignatureDoesNotMatch';
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
