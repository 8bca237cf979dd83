import type { z } from 'zod';
import { closest, distance } from 'fastest-levenshtein';
import type { Problem } from '../errors.ts';

/**
 * The issues of a failed zod parse as problems with config paths.
 * @param base path of the value that was parsed, such as `runners[0].kubernetes`
 * @param plugin owner of the keys
 * @param known all keys that would have been valid at the place, below `base`, where an unknown one was found
 */
export function toProblems(
  error: z.ZodError,
  base: string,
  plugin?: string,
  known: (path: readonly PropertyKey[]) => readonly string[] = () => [],
): Problem[] {
  const owner = plugin === undefined ? {} : { plugin };
  return error.issues.flatMap((issue): Problem[] => {
    const path = joinPath(base, issue.path);
    if (issue.code !== 'unrecognized_keys') return [{ path, message: describe(issue), kind: 'invalid', ...owner }];
    return issue.keys.map((key) => unknownKey(joinPath(path, [key]), key, known(issue.path), owner));
  });
}

/** The problem of a key that nobody owns, with the nearest known key where one is near. */
export function unknownKey(
  path: string,
  key: string,
  known: readonly string[],
  owner: { plugin?: string } = {},
): Problem {
  return { path, message: `unknown key${didYouMean(key, known)}`, kind: 'unknown_key', ...owner };
}

/** `, did you mean X?` where a known name is near; else empty. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = known.length === 0 ? undefined : closest(name, [...known]);
  return near !== undefined && distance(name, near) <= Math.max(2, name.length / 3) ? `, did you mean ${near}?` : '';
}

/** `runners[0]` and `['kubernetes', 'a b']` give `runners[0].kubernetes."a b"`. */
export function joinPath(base: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, part) => {
    if (typeof part === 'number') return `${joined}[${part}]`;
    const key = String(part);
    const written = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return joined === '' ? written : `${joined}.${written}`;
  }, base);
}

function describe(issue: z.core.$ZodIssue): string {
  const text = issue.message.replace(/^Invalid input: /, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
