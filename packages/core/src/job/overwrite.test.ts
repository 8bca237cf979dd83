import { expect, it } from 'vitest';
import { readOverwrite } from './overwrite.ts';
import { Variables } from './variables.ts';

const others = [
  { key: 'BRANCH', value: 'main' },
  { key: 'TOKEN', value: 'hunter2-hunter2', masked: true },
];

it.each([
  ['nothing when it is not there', undefined, undefined],
  ['nothing when it is empty', { value: '' }, undefined],
  ['nothing when only unknown references are in it', { value: '$UNKNOWN' }, undefined],
  ['its references replaced', { value: 'ci-$BRANCH' }, { text: 'ci-main', shown: 'ci-main' }],
  ['a raw value as it is', { value: 'ci-$BRANCH', raw: true }, { text: 'ci-$BRANCH', shown: 'ci-$BRANCH' }],
  ['a masked value without showing it', { value: 'secret', masked: true }, { text: 'secret', shown: '[MASKED]' }],
  [
    'what holds a masked value without showing it',
    { value: 'x$TOKEN' },
    { text: 'xhunter2-hunter2', shown: '[MASKED]' },
  ],
  ['a long value cut', { value: 'x'.repeat(1000) }, { text: 'x'.repeat(1000), shown: `${'x'.repeat(100)}…` }],
])('gives %s', (_, variable, expected) => {
  const own = variable === undefined ? [] : [{ key: 'WANTED', ...variable }];
  expect(readOverwrite(new Variables([...others, ...own]), 'WANTED')).toEqual(expected);
});
