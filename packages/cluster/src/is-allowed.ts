import type { ApiClient, ApiRequest } from './api-client.ts';
import { unwrap } from './outcome.ts';
import { repeat } from './repeat.ts';
import type { ClusterTiming } from './timing.ts';

/** One verb on one kind of object in a namespace, as in an `RbacRule`. */
export interface Right {
  readonly namespace: string;
  /** Empty for the core group. */
  readonly apiGroup: string;
  /** Plural, such as `secrets` or `pods/exec`. */
  readonly resource: string;
  readonly verb: string;
}

/** The part of a SelfSubjectAccessReview's answer that is used. */
interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/** Whether the cluster lets these credentials do it. Every user may ask that of itself, unless that right was taken away. */
export async function isAllowed(
  api: ApiClient,
  { namespace, apiGroup, resource, verb }: Right,
  timing: ClusterTiming,
  signal: AbortSignal,
): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const attributes = { namespace, verb, group: apiGroup, resource: plural, ...(subresource && { subresource }) };
  const request: ApiRequest = {
    verb: 'create',
    apiGroup: 'authorization.k8s.io/v1',
    resource: 'selfsubjectaccessreviews',
    namespace: '',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attributes },
    },
  };
  // It changes nothing, so it is repeated as reading is.
  const outcome = await repeat('read', () => api.send<Review>(request, signal), timing, signal);
  return unwrap(outcome).status?.allowed === true;
}
