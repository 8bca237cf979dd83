import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Node } from '../../node.ts';
import { ApiError, badRequest, unauthorized } from '../api-error.ts';
import { accessReviewPath, reviewAccess } from '../access-review.ts';
import type { Api } from '../api.ts';
import { discovery } from '../discovery.ts';
import type { FaultAnswer, Faults } from '../faults.ts';
import type { RequestCounter } from '../request-counter.ts';
import type { WatchHub } from '../watch-hub.ts';
import { ExecConnections } from './exec-connections.ts';
import { serveLog } from './serve-log.ts';
import { mediaTypeOf, readBody } from './read-body.ts';
import { requestInfo, type RequestInfo } from './request-info.ts';
import { refuseUpgrade, respondError, respondJson, toApiError } from './respond.ts';
import { WatchConnections } from './watch-connections.ts';

interface Deps {
  readonly api: Api;
  readonly hub: WatchHub;
  readonly node: Node;
  readonly faults: Faults;
  readonly requests: RequestCounter;
  readonly token: string;
}

/** Requests as they come in: who asks, what for, what is to go wrong; then the answer or the stream. */
export class ApiServer {
  readonly watches: WatchConnections;
  readonly execs: ExecConnections;

  constructor(private readonly deps: Deps) {
    this.watches = new WatchConnections(deps.hub);
    this.execs = new ExecConnections(deps.node);
  }

  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away is noticed by `close`.
    response.on('error', () => {});
    try {
      const url = this.admit(request);
      const info = requestInfo(request.method ?? '', url);
      const loseAnswer = await this.count(request, info);
      if (loseAnswer) return await this.carryOutUnheard(info, request, response);
      if (isAccessReview(request)) return await this.reviewAccess(request, response);
      if (info === undefined) return respondDiscovery(response, url.pathname);
      await this.answer(info, request, response);
    } catch (error) {
      fail(response, toApiError(error));
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    try {
      const info = requestInfo(request.method ?? '', this.admit(request));
      if (await this.count(request, info)) {
        socket.destroy();
        return;
      }
      if (info === undefined) throw badRequest('only exec and attach can be upgraded');
      const pod = this.deps.api.existing(info);
      this.execs.open(info, pod, request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, toApiError(error));
    }
  }

  private admit(request: IncomingMessage): URL {
    const [scheme = '', given = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() !== 'bearer' || !sameSecret(given, this.deps.token)) throw unauthorized();
    if (!URL.canParse(request.url ?? '', 'http://localhost')) throw badRequest('the path of the request is malformed');
    return new URL(request.url ?? '', 'http://localhost');
  }

  /** Counts a request and lets its faults happen. @returns whether its answer is to be lost */
  private async count(request: IncomingMessage, info: RequestInfo | undefined): Promise<boolean> {
    const seen = seenRequest(request, info);
    this.deps.requests.add(seen.verb, seen.resource);
    const fault = this.deps.faults.take(seen);
    if (this.deps.faults.isForbidden(seen)) throw mayNot(seen);
    if (fault === undefined) return false;
    if (fault.delayMs > 0) await wait(fault.delayMs);
    if (fault.answer !== undefined) throw faultError(fault.answer);
    return fault.loseAnswer;
  }

  private async carryOutUnheard(
    info: RequestInfo | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      if (info === undefined || info.verb === 'watch' || isStream(info)) return;
      const body = await readBody(request);
      this.deps.api.handle(info, { body, mediaType: mediaTypeOf(request), table: false });
    } finally {
      // A refusal is lost, too.
      response.destroy();
    }
  }

  private async reviewAccess(request: IncomingMessage, response: ServerResponse): Promise<void> {
    respondJson(response, 201, reviewAccess(await readBody(request), this.deps.faults));
  }

  private async answer(info: RequestInfo, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, node } = this.deps;
    const table = wantsTable(request);
    if (info.verb === 'watch') return this.watches.open(info, table, response);
    if (info.subresource === 'log') return await serveLog(node, api.existing(info), info.query, response);
    if (isStream(info)) throw badRequest('Upgrade request required');

    const body = info.verb === 'get' || info.verb === 'list' ? undefined : await readBody(request);
    const answer = api.handle(info, { body, mediaType: mediaTypeOf(request), table });
    respondJson(response, answer.code, answer.body, answer.warnings);
  }
}

function isStream({ subresource }: RequestInfo): boolean {
  return subresource === 'exec' || subresource === 'attach' || subresource === 'log';
}

function seenRequest(request: IncomingMessage, info: RequestInfo | undefined): Parameters<Faults['take']>[0] {
  if (info === undefined) {
    const resource = isAccessReview(request) ? 'selfsubjectaccessreviews' : '';
    return { verb: request.method === 'GET' ? 'get' : 'create', resource, namespace: '', name: '' };
  }
  const { verb, resource, subresource, namespace, name } = info;
  return {
    verb,
    resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`,
    namespace,
    name,
  };
}

function isAccessReview({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url?.replace(/\?.*$/, '') === accessReviewPath;
}

/** In the words of a real API server. */
function mayNot({ verb, resource, namespace }: Parameters<Faults['take']>[0]): ApiError {
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${resource} is forbidden: User "podwright" cannot ${verb} resource "${resource}" in API group "" ${scope}`;
  return new ApiError(403, 'Forbidden', message, { kind: resource });
}

function respondDiscovery(response: ServerResponse, path: string): void {
  const document = discovery.get(path.length > 1 ? path.replace(/\/$/, '') : path);
  response.writeHead(document === undefined ? 404 : 200, { 'Content-Type': document?.type ?? 'text/plain' });
  response.end(document?.body ?? '404 page not found\n');
}

function fail(response: ServerResponse, error: ApiError): void {
  if (response.destroyed) return;
  // With half an answer sent, a cut connection is the only honest end.
  if (response.headersSent) response.destroy();
  else respondError(response, error);
}

function faultError({ code, retryAfter }: FaultAnswer): ApiError {
  const reasons: Readonly<Record<number, string>> = {
    410: 'Expired',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
    504: 'Timeout',
  };
  const details = retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter };
  return new ApiError(code, reasons[code] ?? '', `injected fault: ${code}`, details);
}

function wantsTable({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').split(',').some((type) => type.includes('as=Table') && type.includes('v=v1;'));
}

function sameSecret(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
