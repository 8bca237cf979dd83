import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { tolerationTable } from './toleration-table.ts';

describe('tolerationTable', () => {
  it.each([
    ['a', ''],
    ['a=', 'NoSchedule'],
    ['example.com/a=b', 'NoExecute'],
    ['', 'PreferNoSchedule'],
    ['', ''],
  ])('takes %j = %j', (written, effect) => {
    expect(problems({ [written]: effect })).toEqual([]);
  });

  it.each([
    ['a b', '', /^"a b": "a b" is no label key: /],
    ['a=b=c', '', /^"a=b=c": "b=c" is no label value: /],
    ['a=b c', '', /^"a=b c": "b c" is no label value: /],
    ['=', '', /^"=": has no key before "="$/],
    ['=a', 'NoSchedule', /^"=a": has no key before "="$/],
    [
      'a',
      'noschedule',
      /^a: "noschedule" must be "NoSchedule", "PreferNoSchedule", "NoExecute", or empty for all of these$/,
    ],
    ['a', true, /^a: true must be in quotes: "true"$/],
  ])('refuses %j = %j', (written, effect, expected) => {
    expect(problems({ [written]: effect })).toEqual([expect.stringMatching(expected)]);
  });

  it('reports every line', () => {
    expect(problems({ 'a b': '', a: 1, b: 'x', '=': '' })).toHaveLength(4);
  });
});

function problems(table: object): string[] {
  const parsed = tolerationTable.safeParse(table);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
