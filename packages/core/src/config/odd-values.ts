import type { Problem } from '../errors.ts';
import type { TomlDocument } from './parse-toml.ts';

/** A NUL in a key, as a path quotes it. */
const quotedNul = /(?<!\\)(?:\\\\)*\\u0000/;
/** The parser gives them as texts. With a zone they are dates, which no schema takes for a text. */
const localTimes: ReadonlySet<string> = new Set(['LocalDate', 'LocalTime', 'LocalDateTime']);

/** What no key of the file can have a use for, and no schema would notice. */
export function oddValues({ places }: TomlDocument): Problem[] {
  const withNul = [...places.paths].filter((path) => quotedNul.test(path));
  const keys = withNul.filter((path) => !withNul.some((other) => other !== path && path.startsWith(other)));
  const inKeys = keys.map((path): Problem => ({ path, message: 'the key has a NUL character', kind: 'invalid' }));
  const inValues = places.scalars.flatMap(({ path, type, value }): Problem[] => {
    if (typeof value !== 'string') return [];
    if (localTimes.has(type)) {
      return [{ path, message: `${value} is a date or time: write it in quotes if it is a text`, kind: 'invalid' }];
    }
    if (!value.includes('\0')) return [];
    return [
      { path, message: 'has a NUL character, which no path, name, variable or script can have', kind: 'invalid' },
    ];
  });
  return [...inKeys, ...inValues];
}
