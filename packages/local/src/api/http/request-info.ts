import { noSuchResource, methodNotAllowed } from '../api-error.ts';
import { resourceByPlural } from '../resources/resources.ts';
import type { Resource, Subresource } from '../resources/resource.ts';
import { flag } from '../request-options.ts';

/** What a request wants to do, in the words of RBAC. An exec over WebSocket is a GET, and so a `get` of `pods/exec`. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What a request is about. */
export interface RequestInfo {
  readonly verb: Verb;
  readonly resource: Resource;
  /** Empty for resources that have none, and for all namespaces. */
  readonly namespace: string;
  /** Empty for the whole collection. */
  readonly name: string;
  readonly subresource?: Subresource;
  readonly query: URLSearchParams;
}

const verbsOfCollection: Readonly<Record<string, Verb>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };

const verbsOfObject: Readonly<Record<string, Verb>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Takes apart method and path of a request under `/api/v1`.
 * @returns `undefined` when the path is not one of resources
 * @throws ApiError 404 for a resource that is not served, 405 for a method that makes no sense
 */
export function requestInfo(method: string, url: URL): RequestInfo | undefined {
  const steps = decodedSteps(url.pathname);
  if (steps[0] !== 'api' || steps[1] !== 'v1' || steps.length < 3) return undefined;
  const [first = '', ...rest] = steps.slice(2);
  // Under /namespaces/NAME come the namespace's own subresources, or what is in it.
  const [second = ''] = rest.slice(1);
  const inNamespace = first === 'namespaces' && resourceByPlural.get(second)?.namespaced === true;
  const [plural = '', name = '', subresource = '', ...more] = inNamespace ? rest.slice(1) : [first, ...rest];
  const resource = resourceByPlural.get(plural);
  if (resource === undefined || more.length > 0) throw noSuchResource();
  if (name !== '' && resource.namespaced && !inNamespace) throw noSuchResource();
  if (subresource !== '' && !resource.subresources.includes(subresource as Subresource)) throw noSuchResource();

  const base = { resource, namespace: inNamespace ? (rest[0] ?? '') : '', name, query: url.searchParams };
  if (subresource !== '') {
    return { ...base, verb: subresourceVerb(method), subresource: subresource as Subresource };
  }
  return { ...base, verb: verbOf(method, name, resource, base.namespace, url.searchParams) };
}

function decodedSteps(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((step) => step !== '')
      .map(decodeURIComponent);
  } catch {
    throw noSuchResource();
  }
}

function verbOf(method: string, name: string, resource: Resource, namespace: string, query: URLSearchParams): Verb {
  const verb = (name === '' ? verbsOfCollection : verbsOfObject)[method];
  if (verb === undefined) throw methodNotAllowed();
  if (verb === 'list' && flag(query, 'watch')) return 'watch';
  const needsNamespace = verb === 'create' || verb === 'deletecollection';
  if (needsNamespace && resource.namespaced && namespace === '') throw methodNotAllowed();
  if (verb === 'deletecollection' && !resource.namespaced) throw methodNotAllowed();
  return verb;
}

function subresourceVerb(method: string): Verb {
  const verb = method === 'POST' ? 'create' : verbsOfObject[method];
  if (verb === undefined || verb === 'delete') throw methodNotAllowed();
  return verb;
}
