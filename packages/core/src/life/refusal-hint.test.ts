import { expect, it } from 'vitest';
import { ClusterApiError } from '../errors.ts';
import { refusalHint } from './refusal-hint.ts';

/** Messages as API servers give them. */
const forbidden = 'create pods ci/x: pods "x" is forbidden:';

it.each([
  [404, 'namespaces "ci" not found', /create the namespace/],
  [404, 'the server could not find the requested resource', /check `host`/],
  [404, 'pods "x" not found', /retry the job/],
  [
    403,
    'pods is forbidden: User "system:serviceaccount:ci:runner" cannot create resource "pods" in API group "" in the namespace "ci"',
    /grant the user/,
  ],
  [403, `${forbidden} unable to create new content in namespace ci because it is being terminated`, /being deleted/],
  [
    403,
    `${forbidden} error looking up service account ci/nobody: serviceaccount "nobody" not found`,
    /`service_account`/,
  ],
  [403, `${forbidden} exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0`, /quota raised/],
  [403, `${forbidden} failed quota: q: must specify limits.cpu,limits.memory`, /of every container/],
  [403, `${forbidden} maximum cpu usage per Container is 1, but limit is 2`, /LimitRange/],
  [403, `${forbidden} [minimum memory usage per Pod is 1Gi. No request is specified, x]`, /LimitRange/],
  [403, `${forbidden} cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`, /LimitRange/],
  [403, `${forbidden} violates PodSecurity "restricted:latest": privileged (container "build" …)`, /privileged/],
  [403, `${forbidden} PodSecurityPolicy: unable to admit pod: []`, /privileged/],
  [403, `${forbidden} unable to validate against any pod security policy: []`, /privileged/],
  [403, 'admission webhook "policy.example.com" denied the request: exceeded quota of fun', /a policy of the cluster/],
  [422, "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no", /a policy/],
  [500, 'Internal error occurred: failed calling webhook "policy.example.com": connection refused', /does not answer/],
  [403, `${forbidden} no PriorityClass with name urgent was found`, /message above/],
  [401, 'Unauthorized', /token or certificate/],
  [422, 'Pod "x" is invalid: spec.containers[0].image: Required value', /podwright pod/],
  [400, 'Pod in version "v1" cannot be handled as a Pod', /podwright pod/],
])('has advice for status %i: %s', (status, message, hint) => {
  expect(refusalHint(new ClusterApiError(message, status, ''))).toMatch(hint);
});

it('has none for what passes by itself', () => {
  expect(refusalHint(new ClusterApiError('etcdserver: request timed out', 500, 'InternalError'))).toBeUndefined();
});
