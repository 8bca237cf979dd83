import type { FileHandle } from 'node:fs/promises';
import { HelperError, RetryableError, messageOf } from '../errors.ts';
import type { HttpResponse } from './http-client.ts';

/**
 * Writes an answer's body to an open file.
 * @throws RetryableError when the connection breaks, HelperError when the file cannot be written
 */
export async function saveBody(response: HttpResponse, file: FileHandle): Promise<void> {
  for await (const chunk of received(response)) {
    try {
      await file.writeFile(chunk);
    } catch (error) {
      throw new HelperError(`writing what was downloaded failed: ${messageOf(error)}`, { cause: error });
    }
  }
}

async function* received({ body, host }: HttpResponse): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw new RetryableError(`${host}: ${messageOf(error)}`, { cause: error });
  }
}
