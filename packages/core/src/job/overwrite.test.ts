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
  ['a reference', 'ci-$BRANCH', 'ci-main'],
  ['references two levels deep', 'ci-$NESTED', 'ci-on-main'],
  ['no reference in what a third level gives', '$DEEP', 'on-$BRANCH'],
  ['no reference in what was escaped', 'ci-$$BRANCH', 'ci-$BRANCH'],
  ['an escaped dollar once', 'a$$$$b', 'a$$b'],
  ['an escaped dollar in a value that is referred to, once', '$PRICE', '$5'],
  ['braces', '$${BRANCH}${BRANCH}', '${BRANCH}main'],
])('replaces %s in an expanded list', (_, value, text) => {
  const list = [
    ...others,
    { key: 'NESTED', value: 'on-$BRANCH' },
    { key: 'DEEP', value: '$NESTED' },
    { key: 'PRICE', value: '$$5' },
    { key: 'WANTED', value },
  ];
  expect(readOverwrite(new Variables(list).expanded(), 'WANTED')?.text).toBe(text);
});

it.each([
  ['the text', 'main', 'main'],
  ['nothing of a text that holds a masked value', 'a hunter2-hunter2 b', '[MASKED]'],
  ['the beginning of a long one', 'x'.repeat(1000), `${'x'.repeat(100)}…`],
])('shows %s', (_, text, expected) => {
  expect(shownText(text, new Variables([...others, { key: 'EMPTY', value: '', masked: true }]))).toBe(expected);
});
