const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const labelName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const longestLabel = 63;
const longestSubdomain = 253;

/** What a host name must be, for messages. */
export const hostNameRule =
  'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';

/** Whether Kubernetes takes a text where it wants a label of RFC 1123: for a namespace, a volume, a container. */
export function isDnsLabel(text: string): boolean {
  return text.length <= longestLabel && label.test(text);
}

/** Whether Kubernetes takes a text where it wants a subdomain of RFC 1123: for a host name and for most objects. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= longestSubdomain && subdomain.test(text);
}

/** Whether Kubernetes takes a text for the name in a key of labels or annotations, behind its prefix, or for a value of a label. */
export function isLabelName(text: string): boolean {
  return text.length <= longestLabel && labelName.test(text);
}
