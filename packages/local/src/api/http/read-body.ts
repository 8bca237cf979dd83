import type { IncomingMessage } from 'node:http';
import { badRequest, tooLarge, unsupportedMediaType } from '../api-error.ts';

/** Bytes that a request may have, as in the real API server. */
const bodyLimit = 3 * 1024 * 1024;

/** The media type of a request's body, without parameters; JSON when it says nothing. */
export function mediaTypeOf(request: IncomingMessage): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase() || 'application/json';
}

/**
 * Reads a request's body as JSON.
 * @returns `undefined` when it has none
 * @throws ApiError 400, 413, or 415 for another media type
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end, so that the client gets to see the answer.
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) throw tooLarge(bodyLimit);
  if (size === 0) return undefined;
  const type = mediaTypeOf(request);
  if (!type.endsWith('/json') && !type.endsWith('+json')) throw unsupportedMediaType(type, ['application/json']);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (error) {
    // The parser's message would quote what may be secret.
    throw Object.assign(badRequest('the body of the request is not JSON'), { cause: error });
  }
}
