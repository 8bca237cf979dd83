import { STATUS_CODES } from 'node:http';
import { HelperError, RetryableError } from '../errors.ts';
import { dump, type HttpResponse } from './http-client.ts';

/** So much of an answer is looked at for a message. */
const longestBody = 64 * 1024;
const longestMessage = 300;

/** An answer's status as a line has it, `404 Not Found`. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}

/**
 * What a server says of its answer: GitLab in JSON, object storage in XML; empty where it says nothing readable. Takes
 * the body.
 */
export async function readMessage(response: HttpResponse): Promise<string> {
  const body = await readStart(response);
  const type = response.header('content-type') ?? '';
  const message = type.includes('json') ? jsonMessage(body) : xmlMessage(body);
  return message.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, longestMessage);
}

/**
 * Takes an answer of object storage for what it means.
 * @throws RetryableError for 5xx, HelperError for all else that is no success
 */
export async function checkStored(response: HttpResponse): Promise<void> {
  if (response.status >= 200 && response.status < 300) return;
  const message = await readMessage(response);
  const text = `${response.host}: received ${statusLine(response.status)}${message === '' ? '' : `: ${message}`}`;
  throw response.status >= 500 ? new RetryableError(text) : new HelperError(text);
}

async function readStart(response: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= longestBody) break;
    }
  } catch {
    // The status is what counts.
  }
  await dump(response);
  return Buffer.concat(chunks).toString('utf8', 0, longestBody);
}

function jsonMessage(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message);
  } catch {
    return '';
  }
}

function xmlMessage(body: string): string {
  return [elementOf(body, 'Code'), elementOf(body, 'Message')].filter((text) => text !== '').join(': ');
}

function elementOf(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  return start === -1 || end === -1 ? '' : xml.slice(start + name.length + 2, end);
}
