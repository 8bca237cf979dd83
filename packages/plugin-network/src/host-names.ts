const hostName = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const withUnderscores = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const longest = 253;

/** What a host name must be, for messages. */
export const hostNameRule =
  'a host name has lower-case letters, digits, "-" and ".", and begins and ends with a letter or digit in each part';

/** Whether Kubernetes takes a text for a host name (a DNS-1123 subdomain). */
export function isHostName(text: string): boolean {
  return text.length <= longest && hostName.test(text);
}

/**
 * Whether some version of Kubernetes takes a text for a search domain: a host name, maybe with a dot at its end.
 * Underscores, and the root alone, are for new versions.
 */
export function isSearchDomain(text: string): boolean {
  const name = withoutLastDot(text);
  return text === '.' || (name.length <= longest && withUnderscores.test(name));
}

/** Whether every version of Kubernetes takes a search domain. */
export function isPlainSearchDomain(text: string): boolean {
  return isHostName(withoutLastDot(text));
}

function withoutLastDot(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
