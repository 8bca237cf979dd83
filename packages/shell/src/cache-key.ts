import { posix } from 'node:path';

/** What GitLab Runner reads in another way in the key of a cache. */
const spellings: Readonly<Record<string, string>> = { '%2f': '/', '%2e': '.', '\\': '/' };

/**
 * A cache's key as the name of a folder and of an object, as GitLab Runner does it: `%2F` and `\` are slashes, `%2E` is a
 * dot, `.` and `..` are resolved without ever leaving the root, white space at the end is dropped. What a dropped space
 * leaves, such as the `..` of `.. `, is resolved as well.
 * @returns undefined when nothing is left
 */
export function sanitizeCacheKey(key: string): string | undefined {
  const spelled = key.replaceAll(/%2f|%2e|\\/gi, (found) => spellings[found.toLowerCase()] ?? found);
  const parts = posix.normalize(`/${spelled}`).split('/');
  for (;;) {
    const last = parts.pop()?.trimEnd();
    if (last === undefined) return undefined;
    if (last === '..') parts.pop();
    else if (last !== '' && last !== '.') return [...parts, last].join('/').slice(1);
  }
}
