import { setMaxListeners } from 'node:events';
import { rootCertificates } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { version, type Logger } from '@podwright/core';
import type { Answer } from './answer.ts';
import { apiUrl } from './api-url.ts';
import { CoordinatorUnreachableError } from './errors.ts';
import { ConnectFailure, unanswered } from './network-error.ts';
import { Reachability } from './reachability.ts';
import { repeat, type Outcome } from './repeat.ts';
import { defaultTiming, type CoordinatorTiming } from './timing.ts';

/** Which GitLab, and how it is spoken to. */
export interface GitLabConnection {
  /** As in `config.toml`, such as `https://gitlab.example.com`. */
  readonly url: string;
  /** Contents of PEM files; each is optional. */
  readonly tls?: {
    /** `tls-ca-file`: trusted beside the public authorities. */
    readonly ca?: string;
    /** `tls-cert-file` and `tls-key-file`: who we are. */
    readonly cert?: string;
    readonly key?: string;
  };
  readonly timing?: Partial<CoordinatorTiming>;
  /** Told when GitLab does not answer although it is asked again, and when it does. Default: nobody. */
  readonly logger?: Pick<Logger, 'warn' | 'info'>;
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
  /** Whether GitLab may hold the answer back for long. */
  readonly longPoll?: boolean;
}

/** The kernel asks a silent GitLab after this long whether it is still there, so that half-open connections are found. */
const keepAliveDelay = 30_000;
/** An idle connection is closed well before load balancers forget about it. */
const idleTimeout = 30_000;
const answerLimit = 32 * 1024 * 1024;

/** Sends requests to one GitLab, again where that is safe. Knows nothing of what is asked. */
export class Transport {
  private readonly api: URL;
  private readonly timing: CoordinatorTiming;
  private readonly agent: Agent;
  private readonly reachability: Reachability;

  /** @throws ConfigError for a URL that is none */
  constructor({ url, tls = {}, timing, logger }: GitLabConnection) {
    this.api = apiUrl(url);
    this.reachability = new Reachability(logger);
    this.timing = { ...defaultTiming, ...timing };
    const { ca, ...client } = tls;
    const connect = buildConnector({
      ...client,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      timeout: this.timing.connect,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelay,
    });
    this.agent = new Agent({ connect: markFailures(connect), keepAliveTimeout: idleTimeout });
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
    await this.agent.destroy();
  }

  private async attempt(request: ApiRequest, signal: AbortSignal): Promise<Outcome> {
    const { body, headers, longPoll = false } = request;
    const silence = longPoll ? this.timing.longPoll : this.timing.request;
    const raw = body instanceof Uint8Array;
    try {
      const response = await this.agent.request({
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
      return { kind: 'answered', answer: { status: response.statusCode, headers: response.headers, body: text } };
    } catch (error) {
      signal.throwIfAborted();
      const what = this.whatOf(request);
      // Thrown, since trying again would not help.
      if (this.agent.destroyed)
        throw new CoordinatorUnreachableError(`${what}: the client was closed`, { cause: error });
      return unanswered(what, error);
    }
  }
}

function markFailures(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      // undici's own connector leaves the socket out when there is none.
      if (socket) callback(null, socket);
      else callback(new ConnectFailure(error), null);
    });
  };
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
