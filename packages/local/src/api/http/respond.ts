import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, internalError } from '../api-error.ts';

/** Any error as an answer of the API. */
export function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : internalError(error instanceof Error ? error.message : String(error));
}

/** Sends a JSON answer. @param warnings each becomes a `Warning` header, as kubectl shows them */
export function respondJson(
  response: ServerResponse,
  code: number,
  body: object,
  warnings: readonly string[] = [],
): void {
  const text = `${JSON.stringify(body)}\n`;
  if (warnings.length > 0) {
    response.setHeader(
      'Warning',
      warnings.map((warning) => `299 - ${JSON.stringify(warning)}`),
    );
  }
  response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

export function respondError(response: ServerResponse, error: ApiError): void {
  const retryAfter = error.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  respondJson(response, error.code, error.toStatus());
}

/** Answers a request to upgrade with an error, and closes the connection. */
export function refuseUpgrade(socket: Duplex, error: ApiError): void {
  const text = `${JSON.stringify(error.toStatus())}\n`;
  const retryAfter = error.details?.retryAfterSeconds;
  const head = [
    `HTTP/1.1 ${error.code} ${STATUS_CODES[error.code] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
