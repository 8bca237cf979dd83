import { randomInt } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { includeObject } from '../api.ts';
import { flag, versionParameter, wholeNumber } from '../request-options.ts';
import { parseSelector } from '../selectors.ts';
import { toTable } from '../tables.ts';
import type { WatchHub } from '../watch-hub.ts';
import type { RequestInfo } from './request-info.ts';

/** Seconds after which a watch without `timeoutSeconds` ends: some time in this range, as in the real API server. */
const defaultTimeout = { min: 1800, max: 3600 } as const;

const maxTimeoutSeconds = 24 * 3600;

/** The watches that are open, each an answer that does not end. */
export class WatchConnections {
  private readonly responses = new Set<ServerResponse>();

  constructor(private readonly hub: WatchHub) {}

  /** @throws ApiError 400 or 422 for parameters that make no sense */
  open(info: RequestInfo, table: boolean, response: ServerResponse): void {
    const { resource, namespace, query } = info;
    const selector = parseSelector(resource, query);
    const version = versionParameter(query) ?? 0;
    const bookmarks = flag(query, 'allowWatchBookmarks');
    const seconds = wholeNumber(query, 'timeoutSeconds') ?? randomInt(defaultTimeout.min, defaultTimeout.max);
    const include = includeObject(query);

    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
    response.flushHeaders();
    this.responses.add(response);
    const opened = this.hub.open(
      {
        resource,
        selector,
        bookmarks,
        ...(resource.namespaced && namespace === '' ? {} : { namespace }),
        ...(table ? { show: (object) => toTable(resource, [object], tableMetadata(object), include) } : {}),
        sink: { write: (line) => response.write(line), end: () => response.end() },
      },
      version === 0 ? undefined : version,
    );
    const timeout = setTimeout(
      () => {
        opened.watch.bookmark();
        response.end();
      },
      Math.min(Math.max(0, seconds), maxTimeoutSeconds) * 1000,
    );
    response.on('drain', () => opened.watch.resume());
    response.on('close', () => {
      clearTimeout(timeout);
      opened.close();
      this.responses.delete(response);
    });
  }

  /** Cuts the connections of all watches. @returns how many there were */
  drop(): number {
    const { size } = this.responses;
    for (const response of this.responses) response.destroy();
    return size;
  }

  /** Ends all watches with a 410. */
  expire(): void {
    this.hub.expireAll();
  }
}

function tableMetadata({ metadata }: { readonly metadata: { readonly resourceVersion: string } }): object {
  return { resourceVersion: metadata.resourceVersion };
}
