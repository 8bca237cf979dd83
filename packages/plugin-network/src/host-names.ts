import { isDnsSubdomain } from '@podwright/core';

const withUnderscores = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const longest = 253;

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
  return isDnsSubdomain(withoutLastDot(text));
}

function withoutLastDot(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
