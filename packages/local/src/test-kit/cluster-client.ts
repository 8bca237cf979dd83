import { WebSocket } from 'ws';
import type { EmbeddedCluster } from '../embedded-cluster.ts';

/** An answer, its body parsed. */
export interface ClientAnswer {
  readonly code: number;
  readonly headers: Headers;
  // The tests say what they expect of it.
  readonly body: Record<string, unknown>;
}

/** A plain client of an embedded cluster, for tests. */
export class ClusterClient {
  constructor(private readonly cluster: Pick<EmbeddedCluster, 'url' | 'token'>) {}

  /** @param path below `/api/v1`, or a whole one */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ClientAnswer> {
    const response = await this.open(method, path, body, headers);
    const text = await response.text();
    return { code: response.status, headers: response.headers, body: parsed(text) };
  }

  get(path: string): Promise<ClientAnswer> {
    return this.send('GET', path);
  }

  create(path: string, object: object): Promise<ClientAnswer> {
    return this.send('POST', path, object);
  }

  patch(path: string, kind: 'merge-patch' | 'strategic-merge-patch' | 'json-patch', patch: unknown) {
    return this.send('PATCH', path, patch, { 'Content-Type': `application/${kind}+json` });
  }

  /** The answer with its body still to be read. */
  open(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    return fetch(`${this.cluster.url}${path.startsWith('/') ? path : `/api/v1/${path}`}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.cluster.token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Begins a watch; it is established when this resolves. */
  async watch(path: string, headers: Readonly<Record<string, string>> = {}): Promise<WatchReader> {
    const abort = new AbortController();
    const joined = `${path}${path.includes('?') ? '&' : '?'}watch=true`;
    return new WatchReader(await this.open('GET', joined, undefined, headers, abort.signal), abort);
  }

  /** Opens a WebSocket. */
  webSocket(path: string, protocols: string | string[] = 'v5.channel.k8s.io'): WebSocket {
    const url = `${this.cluster.url.replace('http', 'ws')}/api/v1/${path}`;
    return new WebSocket(url, protocols, { headers: { Authorization: `Bearer ${this.cluster.token}` } });
  }
}

/** One line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: { readonly metadata: Record<string, string>; readonly [field: string]: unknown };
}

/** Reads the lines of a watch one by one. */
export class WatchReader {
  private readonly lines: AsyncGenerator<WatchLine>;

  constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {
    this.lines = linesOf(response);
  }

  /** The next line; `undefined` at the end. @throws Error when the connection was cut */
  async next(): Promise<WatchLine | undefined> {
    const next = await this.lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** The next lines, each as type and name. */
  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) {
      const line = await this.next();
      if (line === undefined) break;
      taken.push(`${line.type} ${line.object.metadata['name']}`);
    }
    return taken;
  }

  close(): void {
    this.abort.abort();
  }
}

async function* linesOf(response: Response): AsyncGenerator<WatchLine> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchLine;
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
