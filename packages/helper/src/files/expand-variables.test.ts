import { expect, it } from 'vitest';
import { expandVariables } from './expand-variables.ts';

const env = { NAME: 'value', EMPTY: '', A: '$NAME' };

it.each([
  ['plain/*.txt', 'plain/*.txt'],
  ['$NAME/x', 'value/x'],
  ['${NAME}x', 'valuex'],
  ['$NAMEx', ''],
  ['$MISSING-', '-'],
  ['$EMPTY.', '.'],
  ['$A', '$NAME'],
  [String.raw`\$NAME`, '$NAME'],
  [String.raw`\\`, '\\'],
  [String.raw`\*`, String.raw`\*`],
  ['cost$', 'cost$'],
  ['$1', '$1'],
  ['a$/b', 'a$/b'],
  ['$(rm)', undefined],
  ['`rm`', undefined],
  ['${NAME:-x}', undefined],
  ['${', undefined],
])('expands %j', (text, expected) => {
  expect(expandVariables(text, env)).toBe(expected);
});
