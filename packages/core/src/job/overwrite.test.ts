import { expect, it } from 'vitest';
import { readOverwrite, shownText } from './overwrite.ts';
import { Variables } from './variables.ts';

const others = [
  { key: 'BRANCH', value: 'main' },
  { key: 'TOKEN', value: 'hunter2-hunter2', masked: true },
];

it.each([
  ['nothing when it is not there', undefined, undefined],
  ['nothing when it is empty', { value: '' }, undefined],
  ['nothing when only unknown references are in it', { value: '$UNKNOWN' }, undefined],
  ['its references replaced', { value: 'ci-$BRANCH' }, { text: 'ci-main', isSecret: false, shown: 'ci-main' }],
  [
    'a raw value as it is',
    { value: 'ci-$BRANCH', raw: true },
    { text: 'ci-$BRANCH', isSecret: false, shown: 'ci-$BRANCH' },
  ],
  [
    'a masked value without showing it',
    { value: 'secret', masked: true },
    { text: 'secret', isSecret: true, shown: '[MASKED]' },
  ],
  [
    'what holds a masked value without showing it',
    { value: 'x$TOKEN' },
    { text: 'xhunter2-hunter2', isSecret: true, shown: '[MASKED]' },
  ],
  [
    'a long value cut',
    { value: 'x'.repeat(1000) },
    { text: 'x'.repeat(1000), isSecret: false, shown: `${'x'.repeat(100)}…` },
  ],
])('gives %s', (_, variable, expected) => {
  const own = variable === undefined ? [] : [{ key: 'WANTED', ...variable }];
  expect(readOverwrite(new Variables([...others, ...own]), 'WANTED')).toEqual(expected);
});

it.each([
  ['the text', 'main', 'main'],
  ['nothing of a text that holds a masked value', 'a hunter2-hunter2 b', '[MASKED]'],
  ['the beginning of a long one', 'x'.repeat(1000), `${'x'.repeat(100)}…`],
])('shows %s', (_, text, expected) => {
  expect(shownText(text, new Variables([...others, { key: 'EMPTY', value: '', masked: true }]))).toBe(expected);
});
