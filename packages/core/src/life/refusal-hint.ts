import { hintFor, type Advice } from '../advice.ts';
import type { ClusterApiError } from '../errors.ts';

/** Whatever their status: webhooks choose it themselves, and may quote any of the words below. */
const ofPolicies: readonly Advice[] = [
  {
    words: [
      ['admission webhook', 'denied the request'],
      ['ValidatingAdmissionPolicy', 'denied request'],
    ],
    hint: 'a policy of the cluster refuses this: do as its message above says, or ask whoever is in charge of it',
  },
  {
    words: [['failed calling webhook']],
    hint: 'a webhook of the cluster that must agree does not answer: ask whoever is in charge of it, or retry the job',
  },
];

const ofForbidden: readonly Advice[] = [
  {
    words: [['cannot ', ' resource "']],
    hint: 'grant the user that is named above the verb, in this namespace',
  },
  {
    words: [['because it is being terminated']],
    hint: 'the namespace is being deleted: choose another `namespace`, or create it again once it is gone',
  },
  {
    words: [['error looking up service account'], ['serviceaccount "', '" not found']],
    hint: 'create the service account in this namespace, or correct `service_account`',
  },
  {
    words: [['exceeded quota']],
    hint: 'retry when other Pods have ended, ask for less, or have the quota raised',
  },
  {
    words: [['failed quota', 'must specify']],
    hint: 'the quota wants that of every container: set the keys for it, those with helper_ and service_ as well',
  },
  {
    words: [['maximum ', ' usage per '], ['minimum ', ' usage per '], ['limit to request ratio per ']],
    hint: 'a LimitRange of the namespace says so: change the requests and limits of the job, its helper and its services',
  },
  {
    words: [['violates PodSecurity'], ['PodSecurityPolicy'], ['pod security policy']],
    hint: 'the namespace forbids such rights: change privileged, allow_privilege_escalation, cap_add, pod_security_context or volumes.host_path, or have its policy relaxed',
  },
];

const ofNotFound: readonly Advice[] = [
  { words: [['namespaces "', '" not found']], hint: 'create the namespace, or correct `namespace`' },
  {
    words: [['could not find the requested resource'], ['page not found']],
    hint: 'that does not answer as a Kubernetes API does: check `host`',
  },
  { words: [['" not found']], hint: 'it was deleted while the job ran; retry the job' },
];

const notLikeThis =
  'the cluster refuses a Pod like this: `podwright pod` prints it; correct the setting that is named above';

const byStatus: Readonly<Record<number, string>> = {
  400: notLikeThis,
  401: 'the token or certificate is refused: it may have expired or belong to another cluster',
  403: 'a rule of the cluster forbids it: the message above says which',
  422: notLikeThis,
};

/** What to do about the refusal of a request; undefined where nothing is known that its message does not say. */
export function refusalHint({ status, message }: ClusterApiError): string | undefined {
  const ofStatus = { 403: ofForbidden, 404: ofNotFound }[status] ?? [];
  return hintFor(message, [...ofPolicies, ...ofStatus]) ?? byStatus[status];
}
