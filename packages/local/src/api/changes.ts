import { randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { admitPod } from './admit-pod.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound } from './api-error.ts';
import { kubeTime, type JsonObject, type KubeObject, type StoredObject } from './kube-object.ts';
import { namespaces, pods } from './resources/resources.ts';
import type { Resource } from './resources/resource.ts';
import type { NewObject, Store } from './store.ts';
import { readBySchema } from './validation/read-by-schema.ts';

/** What a change of an object may say besides the object. */
export interface ChangeOptions {
  /** Check all, change nothing. */
  readonly dryRun: boolean;
  /** What becomes of fields that the schema does not know. */
  readonly unknownFields: 'Ignore' | 'Warn' | 'Strict';
}

/** The object as it was stored, or would have been, and what the client should be warned of. */
export interface Changed {
  readonly object: StoredObject;
  readonly warnings: readonly string[];
}

/** Letters and digits that spell no words, as the real API server appends them to `generateName`. */
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;

/** Creates and replaces objects as a client asks for it: reads, completes, checks and stores them. */
export class Changes {
  constructor(
    private readonly store: Store,
    private readonly updated: (resource: Resource, object: StoredObject) => void,
  ) {}

  /** @throws ApiError 400, 403, 404, 409 or 422 */
  create(resource: Resource, namespace: string, body: JsonObject, options: ChangeOptions): Changed {
    const read = readObject(resource, body, options);
    this.checkNamespace(resource, namespace, read.object.metadata);
    const object = newObject(read.object, namespace);
    if (resource === pods) admitPod(this.store, object as Pod);
    resource.setDefaults(object);
    const problems = [...read.problems, ...resource.validate(object)];
    if (problems.length > 0) throw invalid(resource.kind, object.metadata.name, problems);
    if (this.store.get(resource, namespace, object.metadata.name) !== undefined) {
      throw alreadyExists(resource.plural, object.metadata.name);
    }
    if (options.dryRun) return { object: object as StoredObject, warnings: read.warnings };
    return { object: this.store.add(resource, object), warnings: read.warnings };
  }

  /**
   * Replaces an object by what a client sent, or its `status` only, or all but that.
   * @throws ApiError 400, 409 or 422
   */
  replace(
    resource: Resource,
    current: StoredObject,
    body: JsonObject,
    options: ChangeOptions & { readonly part: 'status' | 'all' },
  ): Changed {
    const read = readObject(resource, body, options);
    checkIdentity(resource, current, read.object.metadata);
    const next = options.part === 'status' ? withStatus(current, read.object) : withoutStatus(current, read.object);
    resource.setDefaults(next);
    const problems = [...read.problems, ...resource.validate(next), ...resource.validateUpdate(next, current)];
    if (problems.length > 0) throw invalid(resource.kind, current.metadata.name, problems);
    if (isDeepStrictEqual(next, current)) return { object: current, warnings: read.warnings };
    if (options.dryRun) return { object: next, warnings: read.warnings };

    const object = this.store.replace(resource, next, current);
    this.updated(resource, object);
    return { object, warnings: read.warnings };
  }

  private checkNamespace(resource: Resource, namespace: string, metadata: KubeObject['metadata']): void {
    if (!resource.namespaced) return;
    if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    const found = this.store.get(namespaces, '', namespace);
    if (found === undefined) throw notFound('namespaces', namespace);
    if (found.metadata.deletionTimestamp === undefined) return;
    throw forbidden(
      resource.plural,
      metadata.name ?? '',
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    );
  }
}

function readObject(
  resource: Resource,
  body: JsonObject,
  { unknownFields }: ChangeOptions,
): { object: KubeObject; problems: ReturnType<typeof readBySchema>['problems']; warnings: readonly string[] } {
  const { apiVersion = 'v1', kind = resource.kind } = body;
  if (apiVersion !== 'v1' || kind !== resource.kind) {
    throw badRequest(
      `${asText(kind)} in version "${asText(apiVersion)}" cannot be handled as a ${resource.kind} in version "v1"`,
    );
  }
  const read = readBySchema(resource.schema, { ...body, apiVersion, kind });
  const prefix = `${resource.kind} in version "v1" cannot be handled as a ${resource.kind}`;
  if (read.wrongTypes.length > 0) throw badRequest(`${prefix}: ${read.wrongTypes.join(', ')}`);
  const unknown = read.unknownFields.map((field) => `unknown field "${field}"`);
  if (unknownFields === 'Strict' && unknown.length > 0) {
    throw badRequest(`${prefix}: strict decoding error: ${unknown.join(', ')}`);
  }
  const { metadata = {} } = read.object;
  const object = { ...read.object, metadata } as KubeObject;
  return { object, problems: read.problems, warnings: unknownFields === 'Warn' ? unknown : [] };
}

/** Clients may send any JSON where a text belongs. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a client sent, without what is the API's own to say. */
function newObject(object: KubeObject, namespace: string): NewObject {
  const { labels, annotations, ownerReferences, finalizers, generateName } = object.metadata;
  const name = object.metadata.name || (generateName ? `${generateName}${randomSuffix()}` : '');
  const metadata = {
    name,
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === '' ? {} : { namespace }),
    uid: randomUUID(),
    creationTimestamp: kubeTime(),
    ...defined({ labels, annotations, ownerReferences, finalizers }),
  };
  const { apiVersion, kind, metadata: _metadata, status: _status, ...content } = object;
  return { apiVersion, kind, metadata, ...content };
}

function checkIdentity({ plural }: Resource, current: StoredObject, given: KubeObject['metadata']): void {
  const { name, uid, resourceVersion } = current.metadata;
  if (given.name !== undefined && given.name !== name) {
    throw badRequest(`the name of the object (${given.name}) does not match the name on the URL (${name})`);
  }
  if (given.namespace && given.namespace !== current.metadata.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (given.uid && given.uid !== uid) {
    throw conflict(plural, name, `the UID given (${given.uid}) does not match the one stored (${uid})`);
  }
  if (given.resourceVersion && given.resourceVersion !== resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict(plural, name, why);
  }
}

function withoutStatus(current: StoredObject, given: KubeObject): StoredObject {
  const { labels, annotations, ownerReferences, finalizers } = given.metadata;
  const {
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    ...own
  } = current.metadata;
  const metadata = { ...own, ...defined({ labels, annotations, ownerReferences, finalizers }) };
  const status = current['status'] === undefined ? {} : { status: structuredClone(current['status']) };
  const { status: _status, ...content } = given;
  return { ...content, metadata, ...status };
}

function withStatus(current: StoredObject, given: KubeObject): StoredObject {
  const copy = structuredClone(current);
  return given['status'] === undefined ? copy : { ...copy, status: given['status'] };
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function randomSuffix(): string {
  return Array.from({ length: suffixLength }, () => suffixLetters[randomInt(suffixLetters.length)]).join('');
}
