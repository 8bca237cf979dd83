import { rootCertificates } from 'node:tls';
import { Readable } from 'node:stream';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { HelperError, RetryableError, codeOf, messageOf } from '../errors.ts';

/** Certificates for the server that a client is made for, in PEM. */
export interface TlsOptions {
  /** Trusted beside the usual ones. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpClientOptions {
  /** Where `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case, are read from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until a request with its answer must be through; 0 for no end. */
  readonly timeout: number;
  /** Milliseconds from the end of a request to the head of its answer. */
  readonly headersTimeout: number;
  readonly tls?: TlsOptions;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  /** Sent to the host of `url` only. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Buffer>;
  /** Whether answers that lead elsewhere are followed; only for requests without a body. */
  readonly followsRedirects?: boolean;
}

/** An answer whose body is still to be read, or dumped. */
export interface HttpResponse {
  readonly status: number;
  /** First value of a header; the name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
  /** The host that answered, after redirects. */
  readonly host: string;
}

const mostRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Sends requests one by one; remembers nothing but connections. */
export class HttpClient {
  readonly #own: Dispatcher;
  readonly #foreign: Dispatcher;
  constructor(readonly options: HttpClientOptions) {
    this.#own = createDispatcher(options, options.tls ?? {});
    // Another host gets no client certificate.
    const { ca } = options.tls ?? {};
    this.#foreign = createDispatcher(options, ca === undefined ? {} : { ca });
  }

  /** @throws RetryableError when there was no answer, or too many redirects */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const signal = this.options.timeout > 0 ? AbortSignal.timeout(this.options.timeout) : undefined;
    let { url } = request;
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const response = await this.#sendOnce({ ...request, url }, url.origin === request.url.origin, signal);
      const location = response.header('location');
      if (!request.followsRedirects || !redirects.has(response.status) || location === undefined) return response;
      await dump(response);
      url = redirectTarget(location, url);
    }
    throw new RetryableError(`${request.url.host}: more than ${mostRedirects} redirects`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#own.destroy(), this.#foreign.destroy()]);
  }

  async #sendOnce(request: HttpRequest, isOwn: boolean, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { method, url, headers = {}, body } = request;
    try {
      const {
        statusCode,
        headers: received,
        body: content,
      } = await (isOwn ? this.#own : this.#foreign).request({
        method,
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        headers: isOwn ? headers : {},
        ...(body !== undefined && { body: Readable.from(body, { objectMode: false }) }),
        ...(signal !== undefined && { signal }),
      });
      return {
        status: statusCode,
        header: (name) => {
          const value = received[name];
          return Array.isArray(value) ? value[0] : value;
        },
        body: content,
        host: url.host,
      };
    } catch (error) {
      if (error instanceof HelperError) throw error;
      if (codeOf(error) === 'UND_ERR_INVALID_ARG') throw new HelperError(messageOf(error), { cause: error });
      throw new RetryableError(`${url.host}: ${describe(error)}`, { cause: error });
    }
  }
}

/** Reads an answer to its end, of which nothing is wanted. */
export async function dump({ body }: HttpResponse): Promise<void> {
  body.on('error', () => undefined);
  body.destroy();
}

function redirectTarget(location: string, from: URL): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (target === undefined || !['http:', 'https:'].includes(target.protocol)) {
    throw new HelperError(`${from.host}: redirected to something that is no URL`);
  }
  return target;
}

function createDispatcher({ env, headersTimeout }: HttpClientOptions, { ca, cert, key }: TlsOptions): Dispatcher {
  const connect = {
    timeout: 30_000,
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  };
  const either = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  return new EnvHttpProxyAgent({
    httpProxy: either('HTTP_PROXY'),
    httpsProxy: either('HTTPS_PROXY'),
    noProxy: [either('NO_PROXY'), 'localhost', '127.0.0.1', '::1'].filter((host) => host !== '').join(','),
    connect,
    requestTls: connect,
    headersTimeout,
    bodyTimeout: headersTimeout,
    // A proxy or server must not be asked twice behind the caller's back: uploads cannot be read again.
    pipelining: 0,
  });
}

/** Node's errors of a failed connection often have their text in the cause only. */
function describe(error: unknown): string {
  const message = messageOf(error);
  if (message !== '' && message !== 'fetch failed') return message;
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code ?? (cause === undefined ? 'the connection failed' : messageOf(cause));
}
