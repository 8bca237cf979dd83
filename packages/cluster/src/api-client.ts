import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { ConnectionLostError } from '@podwright/core';
import type { Connection } from './connection.ts';
import { createConnector } from './connector.ts';
import { ConnectFailure, networkOutcome } from './network-error.ts';
import { refusedBy } from './api-error.ts';
import type { Outcome } from './outcome.ts';
import type { RequestInfo } from './request-info.ts';
import type { ClusterTiming } from './timing.ts';
import { withDeadline } from './wait.ts';

/** One request to the API. */
export interface ApiRequest {
  readonly verb: RequestInfo['verb'];
  /** Group and version, such as `authorization.k8s.io/v1`; absent for the core group. */
  readonly apiGroup?: string;
  /** Plural, such as `pods`. */
  readonly resource: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  /** Absent for a list and a watch; of a create it is only told in errors. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An open watch. */
export interface ApiStream {
  /** Ends with the connection. Destroy it to close. */
  readonly body: Readable;
}

interface Deps {
  readonly connection: Connection;
  readonly timing: ClusterTiming;
  readonly onRequest: (info: RequestInfo) => void;
}

/** Connections for requests; more than that wait their turn. Watches and execs have their own. */
const maxConnections = 64;
const answerLimit = 64 * 1024 * 1024;
const refusalLimit = 64 * 1024;
const methods = { get: 'GET', list: 'GET', watch: 'GET', create: 'POST', delete: 'DELETE' } as const;

/**
 * Sends JSON to the API and reads JSON from it, one try at a time; whether a request may be repeated is for others to
 * say. Objects pass through as they are: typed models would drop the fields they do not know.
 */
export class ApiClient {
  private readonly requests: Agent;
  private readonly watches: Agent;
  private closed = false;

  constructor(private readonly deps: Deps) {
    const { connection, timing } = deps;
    const connect = createConnector(connection.credentials, timing.connect);
    // An idle connection is closed well before the 2 to 3 minutes after which load balancers forget about it.
    this.requests = new Agent({ connect, connections: maxConnections, keepAliveTimeout: 30_000 });
    this.watches = new Agent({ connect, keepAliveTimeout: 1 });
  }

  /** Asks once. @throws the signal's reason when it is aborted; ConnectionLostError after `close` */
  async send<T>(request: ApiRequest, signal: AbortSignal): Promise<Outcome<T>> {
    return this.attempt<T>(request, signal, async (inner) => {
      const answer = await this.dispatch(this.requests, request, inner, this.deps.timing.request);
      if (answer.statusCode >= 300) return this.refuse(request, answer);
      const value = parseJson(await readAll(answer.body, answerLimit)) as T;
      this.report(request, answer.statusCode);
      return { kind: 'answered', value };
    });
  }

  /**
   * Opens a stream of objects. Its answer must begin in the time of a request; then it lasts as long as it says
   * something at least every `silence` milliseconds, and until `signal` is aborted.
   */
  async open(request: ApiRequest, silence: number, signal: AbortSignal): Promise<Outcome<ApiStream>> {
    return this.attempt<ApiStream>(request, signal, async (inner) => {
      const answer = await this.dispatch(this.watches, request, inner, silence);
      if (answer.statusCode >= 300) return this.refuse(request, answer);
      this.report(request, answer.statusCode);
      return { kind: 'answered', value: { body: answer.body } };
    });
  }

  /** Ends all connections at once, and lets no further ones be made. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.requests.destroy(), this.watches.destroy()]);
  }

  private async attempt<T>(
    request: ApiRequest,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    try {
      this.refuseWhenClosed(request);
      return await withDeadline(this.deps.timing.request, signal, work);
    } catch (error) {
      signal.throwIfAborted();
      this.refuseWhenClosed(request);
      this.report(request, undefined);
      return networkOutcome(`${whatOf(request)} at ${this.deps.connection.server}`, error);
    }
  }

  private async dispatch(
    agent: Agent,
    request: ApiRequest,
    signal: AbortSignal,
    bodyTimeout: number,
  ): Promise<Dispatcher.ResponseData> {
    const { connection, timing } = this.deps;
    const { headers } = await connection.credentials.current().catch((error: unknown) => {
      throw new ConnectFailure(error);
    });
    signal.throwIfAborted();
    const url = new URL(connection.server);
    return agent.request({
      origin: url.origin,
      path: `${url.pathname.replace(/\/$/, '')}${pathOf(request)}`,
      method: methods[request.verb === 'exec' ? 'get' : request.verb],
      headers: {
        ...headers,
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'podwright',
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      headersTimeout: timing.request,
      bodyTimeout,
      signal,
    });
  }

  private async refuse(request: ApiRequest, answer: Dispatcher.ResponseData): Promise<Outcome<never>> {
    if (answer.statusCode === 401) this.deps.connection.credentials.forget();
    const body = await readAll(answer.body, refusalLimit).catch(() => Buffer.alloc(0));
    this.report(request, answer.statusCode);
    return refusedBy(whatOf(request), answer.statusCode, answer.headers, body);
  }

  private refuseWhenClosed(request: ApiRequest): void {
    if (this.closed) throw new ConnectionLostError(`${whatOf(request)}: the connection to the cluster was closed`);
  }

  private report({ verb, resource }: ApiRequest, status: number | undefined): void {
    this.deps.onRequest({ verb, resource, ...(status === undefined ? {} : { status }) });
  }
}

/** The request in words, for errors. */
function whatOf({ verb, resource, namespace, name }: ApiRequest): string {
  if (namespace === '') return `${verb} ${resource}`;
  return name === undefined
    ? `${verb} ${resource} in namespace ${namespace}`
    : `${verb} ${resource} ${namespace}/${name}`;
}

/** Path and query of an object or a list. */
export function pathOf({ verb, apiGroup, resource, namespace, name, query }: ApiRequest): string {
  const object = verb === 'create' ? undefined : name;
  const group = apiGroup === undefined ? '/api/v1' : `/apis/${apiGroup}`;
  const within = namespace === '' ? [] : ['namespaces', encodeURIComponent(namespace)];
  const parts = [group, ...within, ...pathParts(resource, object)];
  const search = new URLSearchParams(query).toString();
  return search === '' ? parts.join('/') : `${parts.join('/')}?${search}`;
}

/** A subresource, such as `pods/exec`, comes after the name. */
function pathParts(resource: string, name: string | undefined): string[] {
  const [plural = '', ...sub] = resource.split('/');
  return name === undefined ? [plural] : [plural, encodeURIComponent(name), ...sub];
}

/** The parser's own error would quote the text, which may be a secret. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Error('the answer is not JSON');
  }
}

async function readAll(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
