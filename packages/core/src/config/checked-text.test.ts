import { expect, it } from 'vitest';
import { checkedText, textRule } from './checked-text.ts';

const schema = checkedText(textRule((text) => text.startsWith('/'), 'must be an absolute path'));

it.each([
  ['nothing', undefined, 'is missing'],
  ['a number', 4, '4 must be in quotes: "4"'],
  ['a table', { io: 'a' }, 'must be a text; a key with dots is written in quotes'],
  ['a text that breaks the rule', 'a"b', String.raw`"a\"b" must be an absolute path`],
])('says of %s what would be right', (_, value, message) => {
  expect(schema.safeParse(value).error?.issues.map((issue) => issue.message)).toEqual([message]);
});

it('takes a text that keeps to the rule', () => {
  expect(schema.parse('/a')).toBe('/a');
});
