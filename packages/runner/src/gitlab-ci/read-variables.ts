import type { CiVariable } from './ci-job.ts';
import type { CiValue } from './value.ts';

const keys = { file: ['value', 'description', 'options', 'expand'], job: ['value', 'expand'] };

/**
 * `variables`: names to values, or to maps with `value` and `expand`.
 * @param place those of the file may also have `description` and `options`, for GitLab's form
 */
export function readVariables(value: CiValue, place: 'file' | 'job'): CiVariable[] {
  return (value.entries() ?? []).flatMap(([key, entry]): CiVariable[] => {
    if (entry.node.kind !== 'map') {
      const text = entry.string();
      return text === undefined ? [] : [{ key, value: text, raw: false }];
    }
    entry.checkKeys(keys[place]);
    const text = entry.get('value')?.string() ?? '';
    return [{ key, value: text, raw: entry.get('expand')?.boolean() === false }];
  });
}
