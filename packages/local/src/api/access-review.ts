import { badRequest } from './api-error.ts';
import type { Faults } from './faults.ts';
import type { Verb } from './http/request-info.ts';
import { isJsonObject, type JsonObject } from './kube-object.ts';

/** Where a SelfSubjectAccessReview is sent. */
export const accessReviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * Answers whether a request would be let through: any that `faults` does not forbid.
 * @param body a SelfSubjectAccessReview
 * @throws ApiError 400 for what is none
 */
export function reviewAccess(body: unknown, faults: Pick<Faults, 'isForbidden'>): JsonObject {
  const spec = isJsonObject(body) ? body['spec'] : undefined;
  if (!isJsonObject(body) || !isJsonObject(spec)) throw badRequest('spec must say what is to be done');
  const allowed = !faults.isForbidden(requestOf(spec['resourceAttributes']));
  return { ...body, metadata: {}, status: { allowed } };
}

function requestOf(attributes: unknown): Parameters<Faults['isForbidden']>[0] {
  const given = isJsonObject(attributes) ? attributes : {};
  const text = (key: string): string => (typeof given[key] === 'string' ? given[key] : '');
  const resource = [text('resource'), text('subresource')].filter((part) => part !== '').join('/');
  return { verb: text('verb') as Verb, resource, namespace: text('namespace'), name: text('name') };
}
