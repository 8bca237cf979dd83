import { isDnsSubdomain, isLabelName } from '@podwright/core';

/** What a key is for. */
export type KeyKind = 'label' | 'annotation';

const longestName = 63;
const longestPrefix = 253;

/**
 * Why the API server would refuse a key; nothing when it would not. A key is a name, or a prefix and a name: `team`,
 * `example.com/team`. The prefix of an annotation may be in upper case, too.
 */
export function problemOfKey(kind: KeyKind, key: string): string | undefined {
  const judged = kind === 'annotation' ? key.toLowerCase() : key;
  const slash = judged.indexOf('/');
  const [prefix, name] = slash === -1 ? [undefined, judged] : [judged.slice(0, slash), judged.slice(slash + 1)];
  if (name.length > longestName) return `has more than ${longestName} characters in its name`;
  if (prefix !== undefined && prefix.length > longestPrefix) {
    return `has more than ${longestPrefix} characters before its slash`;
  }
  if (prefix !== undefined && !isDnsSubdomain(prefix)) {
    return 'must have a domain in lower case before its slash, such as "example.com/team"';
  }
  if (!isLabelName(name)) {
    return 'must have a name of letters, digits and -_. that begins and ends with a letter or digit, such as "team"';
  }
  return undefined;
}
