import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What befalls a request instead of, before or after being served. */
export type Fault =
  | 'none'
  /** The connection breaks before anything is done. */
  | 'drop-before'
  /** All is done, and the connection breaks before the answer. */
  | 'drop-after'
  /** Told 416 with the size of the log, although the piece may have been right. */
  | 'mismatch'
  | { readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body?: unknown }
  /** Served after so many milliseconds. */
  | { readonly slow: number };

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** How it is answered. */
export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

export function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body instanceof Uint8Array) return void response.writeHead(status, headers).end(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
