const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const longestLabel = 63;
const longestSubdomain = 253;

/** What is wrong with a text that is no name of a namespace; goes on from the text. */
export const namespaceForm = `is no name of a namespace: write at most ${longestLabel} of a-z 0-9 -, with a letter or digit at both ends`;

/** What is wrong with a text that is no name of a service account; goes on from the text. */
export const serviceAccountForm = `is no name of a service account: write at most ${longestSubdomain} of a-z 0-9 - and dots, with a letter or digit at both ends and around dots`;

/** Whether Kubernetes takes the text as the name of a namespace: a label of RFC 1123. */
export function isNamespaceName(text: string): boolean {
  return text.length <= longestLabel && label.test(text);
}

/** Whether Kubernetes takes the text as the name of a service account: a subdomain of RFC 1123. */
export function isServiceAccountName(text: string): boolean {
  return text.length <= longestSubdomain && subdomain.test(text);
}
