import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import { version, type Logger, type ServerTls } from '@podwright/core';
import type { Answer } from './answer.ts';
import { apiUrl } from './api-url.ts';
import { createDispatcher } from './dispatcher.ts';
import { CoordinatorUnreachableError } from './errors.ts';
import { unanswered } from './network-error.ts';
import { proxyFor, type Environment } from './proxy-for.ts';
import { Reachability } from './reachability.ts';
import { repeat, type Outcome } from './repeat.ts';
import { defaultTiming, type CoordinatorTiming } from './timing.ts';

/** Which GitLab, and how it is spoken to. */
export interface GitLabConnection {
  /** As in `config.toml`, such as `https://gitlab.example.com`. */
  readonly url: string;
  /** Of `tls-ca-file`, which is trusted beside the public authorities, `tls-cert-file` and `tls-key-file`. */
  readonly tls?: ServerTls;
  /** Where `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are read from; without it there is no proxy. */
  readonly env?: Environment;
  /** Told each try of a request about jobs. Must not throw. */
  readonly onAnswer?: (info: AnswerInfo) => void;
  readonly timing?: Partial<CoordinatorTiming>;
  /** Told when GitLab does not answer although it is asked again, and when it does. Default: nobody. */
  readonly logger?: Pick<Logger, 'warn' | 'info'>;
}

/** GitLab Runner's words for what is asked. */
type Endpoint = 'request_job' | 'update_job' | 'patch_trace';

export interface AnswerInfo {
  readonly endpoint: Endpoint;
  /** HTTP status; -1 without an answer. */
  readonly status: number;
}

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v4`, without secrets. */
  readonly path: string;
  /** Sent as JSON unless it is bytes. */
  readonly body: Uint8Array | Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Doing it twice is the same as doing it once. */
  readonly idempotent: boolean;
  /** Of requests about jobs. */
  readonly endpoint?: Endpoint;
  /** Whether GitLab may hold the answer back for long. */
  readonly longPoll?: boolean;
}

const answerLimit = 32 * 1024 * 1024;

/** Sends requests to one GitLab, again where that is safe. Knows nothing of what is asked. */
export class Transport {
  private readonly api: URL;
  private readonly timing: CoordinatorTiming;
  private readonly tls: ServerTls;
  private readonly proxy: URL | undefined;
  private readonly onAnswer: ((info: AnswerInfo) => void) | undefined;
  private readonly reachability: Reachability;
  private dispatcher: Dispatcher | undefined;
  private isClosed = false;

  /** @throws ConfigError for a URL that is none, of GitLab or of the proxy */
  constructor({ url, tls = {}, env = {}, timing, onAnswer, logger }: GitLabConnection) {
    this.api = apiUrl(url);
    this.reachability = new Reachability(logger);
    this.timing = { ...defaultTiming, ...timing };
    this.proxy = proxyFor(this.api, env);
    this.onAnswer = onAnswer;
    this.tls = tls;
  }

  /**
   * Asks until there is an answer, whatever its status.
   * @throws CoordinatorUnreachableError; the signal's reason when it is aborted
   */
  async send(request: ApiRequest, signal: AbortSignal): Promise<Answer> {
    // Many requests may share one signal: Node.js would take more than ten listeners for a leak.
    setMaxListeners(0, signal);
    const what = this.whatOf(request);
    const note = (outcome: Outcome, isRepeated: boolean): void => this.reachability.note(what, outcome, isRepeated);
    return repeat(request.idempotent, () => this.attempt(request, signal), this.timing, signal, note);
  }

  /** The request in words, for errors. */
  whatOf({ method, path }: ApiRequest): string {
    return `${method} ${path} at ${this.api.href}`;
  }

  /** Ends all connections at once; what is under way fails. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.dispatcher?.destroy();
  }

  private tell({ endpoint }: ApiRequest, status: number): void {
    if (endpoint !== undefined) this.onAnswer?.({ endpoint, status });
  }

  private open(): Dispatcher {
    if (this.isClosed) throw new Error('the client was closed');
    this.dispatcher ??= createDispatcher(this.proxy, this.tls, this.timing.connect);
    return this.dispatcher;
  }

  private async attempt(request: ApiRequest, signal: AbortSignal): Promise<Outcome> {
    const { body, headers, longPoll = false } = request;
    const silence = longPoll ? this.timing.longPoll : this.timing.request;
    const raw = body instanceof Uint8Array;
    try {
      const response = await this.open().request({
        origin: this.api.origin,
        path: `${this.api.pathname}${request.path}`,
        method: request.method,
        headers: {
          accept: 'application/json',
          'content-type': raw ? 'text/plain' : 'application/json',
          'user-agent': `podwright ${version}`,
          ...headers,
        },
        body: raw ? body : JSON.stringify(body),
        headersTimeout: silence,
        bodyTimeout: silence,
        signal,
      });
      const text = await readAll(response.body);
      this.tell(request, response.statusCode);
      return { kind: 'answered', answer: { status: response.statusCode, headers: response.headers, body: text } };
    } catch (error) {
      signal.throwIfAborted();
      this.tell(request, -1);
      const what = this.whatOf(request);
      // Thrown, since trying again would not help.
      if (this.isClosed) throw new CoordinatorUnreachableError(`${what}: the client was closed`, { cause: error });
      return unanswered(this.proxy === undefined ? what : `${what} through the proxy ${this.proxy.host}`, error);
    }
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > answerLimit) throw new Error(`the answer is larger than ${answerLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
