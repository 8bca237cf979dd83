import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Node } from '../../node.ts';
import type { StoredObject } from '../kube-object.ts';
import { readLogRequest } from '../streams/log-request.ts';

/**
 * Answers with the log of a container, at the speed of the client. Resolves when it is sent, or the client gone.
 * @throws ApiError when there is none to send; Error when the node fails
 */
export async function serveLog(
  node: Node,
  pod: StoredObject,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const request = readLogRequest(pod, query);
  if (request === undefined) {
    response.writeHead(204).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const chunks = node.logs(request.target, request.options, gone.signal)[Symbol.asyncIterator]();
  // Who follows wants to know that it works before there is anything. Others can still be answered with an error.
  const first = request.options.follow ? undefined : await chunks.next();
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.flushHeaders();
  try {
    await pipeline(allOf(first, chunks), response);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

async function* allOf(
  first: IteratorResult<Uint8Array> | undefined,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first ?? (await rest.next()); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
