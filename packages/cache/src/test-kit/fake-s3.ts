import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { signatureProblem } from './sigv4.ts';

/** An object of the bucket, with the headers that it was sent with. */
export interface StoredObject {
  readonly content: Buffer;
  readonly headers: IncomingMessage['headers'];
  readonly modified: Date;
}

/** The part of S3 that pre-signed URLs need, on this machine: takes what is signed rightly, and nothing else. */
export class FakeS3 {
  readonly accessKey = 'AKIDEXAMPLE';
  readonly secretKey = 'wJalr/XUtnFEMI+K7MDENG';
  /** By path: `/bucket/name`. */
  readonly objects = new Map<string, StoredObject>();
  /** Method, path and status of each request. */
  readonly requests: string[] = [];
  /** So many of the next requests fail with 503. */
  failures = 0;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** `host:port`, as `ServerAddress` has it. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `[runners.cache]` for it. */
  get toml(): string {
    return `[runners.cache]
Type = "s3"
Path = "ci"
Shared = true
[runners.cache.s3]
ServerAddress = "${this.address}"
AccessKey = "${this.accessKey}"
SecretKey = "${this.secretKey}"
BucketName = "caches"
Insecure = true
`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    const content = await buffer(request);
    const [path = ''] = decodeURIComponent(target).split('?');
    const secretOf = (key: string) => (key === this.accessKey ? this.secretKey : undefined);
    const problem = signatureProblem({ method, target, headers }, secretOf);
    const stored = this.objects.get(path);
    const isThere = method === 'PUT' || stored !== undefined;
    const status = this.failures > 0 ? 503 : problem !== undefined ? 403 : isThere ? 200 : 404;
    this.failures = Math.max(0, this.failures - 1);
    this.requests.push(`${method} ${path} ${status}`);
    if (status !== 200) {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${problem ?? 'NoSuchKey'}</Code><Message>no</Message></Error>`);
    } else if (method === 'PUT') {
      this.objects.set(path, { content, headers, modified: new Date() });
      response.end();
    } else {
      response.writeHead(200, { 'last-modified': stored?.modified.toUTCString() }).end(stored?.content);
    }
  }
}
