import { badRequest, expired, methodNotAllowed, notFound, versionTooLarge } from './api-error.ts';
import { Changes, type ChangeOptions, type Changed } from './changes.ts';
import { continueToken, readContinueToken } from './continue-token.ts';
import type { Deletion } from './deletion.ts';
import type { RequestInfo } from './http/request-info.ts';
import { isJsonObject, type JsonObject, type StoredObject } from './kube-object.ts';
import { applyPatch } from './patch/apply-patch.ts';
import { isDryRun, readDeleteOptions, versionParameter, wholeNumber } from './request-options.ts';
import { parseSelector } from './selectors.ts';
import type { Store } from './store.ts';
import { toTable, type IncludeObject } from './tables.ts';

/** A request's body, and how its answer should look. */
export interface RequestContent {
  /** Parsed; `undefined` when there was none. */
  readonly body: unknown;
  /** Without parameters. */
  readonly mediaType: string;
  /** Whether lists and objects are wanted as a `Table`. */
  readonly table: boolean;
}

export interface Answer {
  readonly code: number;
  readonly body: object;
  /** For `Warning` headers. */
  readonly warnings?: readonly string[];
}

/** Answers what is about stored objects and takes no time: all but watches and streams. */
export class Api {
  private readonly changes: Changes;

  constructor(
    private readonly store: Store,
    private readonly deletion: Deletion,
  ) {
    this.changes = new Changes(store, (resource, object) => this.deletion.updated(resource, object));
  }

  /** @throws ApiError when the answer is not success */
  handle(info: RequestInfo, content: RequestContent): Answer {
    switch (info.verb) {
      case 'get':
        return this.shown(info, content, 200, this.existing(info));
      case 'list':
        return this.list(info, content);
      case 'create':
        return this.create(info, content);
      case 'update':
        return this.update(info, content, bodyObject(info, content));
      case 'patch':
        return this.patch(info, content);
      case 'delete':
        return this.delete(info, content);
      case 'deletecollection':
        return this.deleteCollection(info, content);
      case 'watch':
        throw methodNotAllowed();
    }
  }

  /** @throws ApiError 404 */
  existing({ resource, namespace, name }: RequestInfo): StoredObject {
    const object = this.store.get(resource, namespace, name);
    if (object === undefined) throw notFound(resource.plural, name);
    return object;
  }

  private list(info: RequestInfo, { table }: RequestContent): Answer {
    const { resource, query } = info;
    const selector = parseSelector(resource, query);
    const limit = wholeNumber(query, 'limit') ?? 0;
    const asked = versionParameter(query) ?? 0;
    if (asked > this.store.version) throw versionTooLarge(asked, this.store.version);
    const from = this.continued(info);

    const matching = this.candidates(info, selector.name).filter((object) => selector.matches(object));
    const rest = from === undefined ? matching : matching.filter((object) => sortKey(object) > from.after);
    const page = limit > 0 ? rest.slice(0, limit) : rest;
    const last = page.at(-1);
    const version = from?.version ?? this.store.version;
    const metadata = {
      resourceVersion: String(version),
      ...(last === undefined || page.length === rest.length
        ? {}
        : { continue: continueToken(version, sortKey(last)), remainingItemCount: rest.length - page.length }),
    };
    if (table) return { code: 200, body: toTable(resource, page, metadata, includeObject(query)) };
    return { code: 200, body: { kind: `${resource.kind}List`, apiVersion: 'v1', metadata, items: page } };
  }

  /** Where a list goes on. It shows what is there by now; a watch from the first page's version tells the rest. */
  private continued({ resource, query }: RequestInfo): { version: number; after: string } | undefined {
    const token = query.get('continue');
    if (token === null || token === '') return undefined;
    const from = readContinueToken(token);
    if (from === undefined) throw badRequest('invalid continue token: it is not one that this API gave out');
    if (from.version >= this.store.history(resource).oldest) return from;
    throw expired('The provided continue parameter is too old to display a consistent list result. Start a new list');
  }

  private candidates({ resource, namespace }: RequestInfo, name: string | undefined): StoredObject[] {
    const inNamespace = resource.namespaced && namespace === '' ? undefined : namespace;
    if (name === undefined || inNamespace === undefined) return this.store.list(resource, inNamespace);
    const object = this.store.get(resource, inNamespace, name);
    return object === undefined ? [] : [object];
  }

  private create(info: RequestInfo, content: RequestContent): Answer {
    if (info.subresource !== undefined) throw methodNotAllowed();
    const body = bodyObject(info, content);
    const changed = this.changes.create(info.resource, info.namespace, body, changeOptions('CreateOptions', info));
    return this.changed(info, content, 201, changed);
  }

  private update(info: RequestInfo, content: RequestContent, body: JsonObject): Answer {
    const current = this.existing(info);
    const part = info.subresource === 'status' ? 'status' : 'all';
    const options = { ...changeOptions('UpdateOptions', info), part } as const;
    return this.changed(info, content, 200, this.changes.replace(info.resource, current, body, options));
  }

  private patch(info: RequestInfo, content: RequestContent): Answer {
    return this.update(info, content, applyPatch(content.mediaType, this.existing(info), content.body));
  }

  private delete(info: RequestInfo, content: RequestContent): Answer {
    const options = readDeleteOptions(info.query, optionalBody(content));
    const { resource } = info;
    const object = this.deletion.delete(resource, this.existing(info), options);
    if (resource.answersDeleted || (object.metadata.finalizers ?? []).length > 0) return { code: 200, body: object };
    const { name, uid } = object.metadata;
    const details = { name, kind: resource.plural, uid };
    return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
  }

  private deleteCollection(info: RequestInfo, content: RequestContent): Answer {
    const { resource, namespace, query } = info;
    const options = readDeleteOptions(query, optionalBody(content));
    const selector = parseSelector(resource, query);
    const matching = this.store.list(resource, namespace).filter((object) => selector.matches(object));
    const items = matching.map((object) => this.deletion.delete(resource, object, options));
    const metadata = { resourceVersion: String(this.store.version) };
    return { code: 200, body: { kind: `${resource.kind}List`, apiVersion: 'v1', metadata, items } };
  }

  private changed(info: RequestInfo, content: RequestContent, code: number, { object, warnings }: Changed): Answer {
    return { ...this.shown(info, content, code, object), warnings };
  }

  private shown(
    { resource, query }: RequestInfo,
    { table }: RequestContent,
    code: number,
    object: StoredObject,
  ): Answer {
    if (!table) return { code, body: object };
    const { resourceVersion } = object.metadata;
    return { code, body: toTable(resource, [object], { resourceVersion }, includeObject(query)) };
  }
}

/** Which part of each object a `Table` should carry. */
export function includeObject(query: URLSearchParams): IncludeObject {
  const wanted = query.get('includeObject');
  return wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
}

function bodyObject({ resource }: RequestInfo, { body }: RequestContent): JsonObject {
  if (isJsonObject(body)) return body;
  throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
}

function optionalBody({ body }: RequestContent): JsonObject | undefined {
  if (body === undefined) return undefined;
  if (isJsonObject(body)) return body;
  throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
}

function changeOptions(kind: string, { query }: RequestInfo): ChangeOptions {
  const wanted = query.get('fieldValidation');
  const unknownFields = wanted === 'Strict' || wanted === 'Warn' ? wanted : 'Ignore';
  return { dryRun: isDryRun(kind, query), unknownFields };
}

/** In the order of `Store.list`: a character below all that names may have ends the namespace. */
function sortKey({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}\0${metadata.name}`;
}
