import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from './expand.ts';
import { Variables } from './variables.ts';

const values: Record<string, string> = { A: 'a', AB: 'ab', _1: 'u', 'X:-y': 'odd' };
const lookup = (name: string): string => values[name] ?? '';

describe('expand', () => {
  it.each([
    ['a name up to the first character that cannot belong to it', '$A-$AB.$_1', 'a-ab.u'],
    ['a name in braces', '${A}B', 'aB'],
    ['anything in braces as a name', '${X:-y}', 'odd'],
    ['an unknown name as nothing', '[$NOPE${NOPE}]', '[]'],
    ['$$ as $, without looking again', '$$A', '$A'],
    ['special parameters as nothing', '[$*$#$@$!$?$-$0$9]', '[]'],
    ['one digit only as a parameter', '$12', '2'],
    ['empty braces as nothing', '[${}]', '[]'],
    ['braces without an end as text without them', '[${A', '[A'],
    ['a $ before anything else as it is', '$ $. $ä', '$ $. $ä'],
    ['a $ at the end as it is', 'a$', 'a$'],
    ['text without $ as it is', 'plain', 'plain'],
  ])('reads %s', (_, text, expected) => {
    expect(expand(text, lookup)).toBe(expected);
  });

  it('leaves text without $ alone, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((s) => !s.includes('$')),
        (text) => expand(text, lookup) === text,
      ),
    );
  });

  it('undoes the doubling of every $', () => {
    fc.assert(fc.property(fc.string(), (text) => expand(text.replaceAll('$', '$$$$'), lookup) === text));
  });
});

describe('Variables', () => {
  const list = new Variables([
    { key: 'A', value: '1' },
    { key: 'B', value: '$A-${C}' },
    { key: 'C', value: '$A' },
    { key: 'R', value: '$A', raw: true },
    { key: 'A', value: '2', masked: true },
  ]);

  it('finds the last of a name', () => expect(list.get('A')).toBe('2'));
  it('gives nothing for an unknown name', () => expect(list.get('Z')).toBe(''));
  it('keeps duplicates in order', () => expect([...list].map((v) => v.key)).toEqual(['A', 'B', 'C', 'R', 'A']));
  it('gives each name once where it first stood, with its last value', () => {
    expect(list.unique().map((v) => `${v.key}=${v.value}`)).toEqual(['A=2', 'B=$A-${C}', 'C=$A', 'R=$A']);
  });
  it('expands by one level, by unexpanded values, and leaves raw ones', () => {
    const expanded = list.expanded();
    expect([...expanded].map((v) => v.value)).toEqual(['1', '2-$A', '2', '$A', '2']);
  });
  it('knows what must be masked', () => expect(list.secrets).toEqual(['2']));
});
