import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach } from 'vitest';

/** A request with its whole body. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An answer; `handle` does it all by itself, before the body was read. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server on this machine that gives its answers in order, the last one again and again, and keeps what it received. */
export async function fakeServer(...answers: readonly Answer[]) {
  const received: Received[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(count, answers.length - 1)] ?? {};
    count += 1;
    void serve(request, response, answer, received);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, received, count: () => count };
}

async function serve(request: IncomingMessage, response: ServerResponse, answer: Answer, received: Received[]) {
  if (answer.handle !== undefined) return answer.handle(request, response);
  try {
    const body = await buffer(request);
    const url = new URL(request.url ?? '', 'http://server');
    received.push({ method: request.method ?? '', url, headers: request.headers, body });
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  } catch {
    response.destroy();
  }
}

/** The only file of a form. Throws for what is no well-formed one, or has anything else. */
export async function uploadedFile({ headers, body }: Received): Promise<{ name: string; content: Buffer }> {
  const type = headers['content-type'] ?? '';
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const [only, another] = [...form];
  if (only === undefined || another !== undefined || only[0] !== 'file' || typeof only[1] === 'string') {
    throw new Error(`not one file: ${[...form.keys()].join(', ')}`);
  }
  return { name: only[1].name, content: Buffer.from(await only[1].arrayBuffer()) };
}
