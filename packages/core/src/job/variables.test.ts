import { describe, expect, it } from 'vitest';
import type { Variable } from './variable.ts';
import { Variables } from './variables.ts';

const shown = { public: true };

describe('secrets of a list', () => {
  it.each<[string, Variable[], string[], string[]]>([
    ['none', [{ key: 'A', value: '1' }], [], []],
    ['masked values, each once', [masked('A', 'x1'), masked('B', 'x1')], [], ['x1']],
    ['others', [masked('A', 'x1')], ['job-token'], ['x1', 'job-token']],
    ['nothing that is empty or blank', [masked('A', ''), masked('B', ' \n')], ['', ' '], []],
    ['a file without its line break', [masked('A', 'key\n')], [], ['key']],
    ['lines', [masked('A', 'a\nb\n')], [], ['a\nb', 'a\\nb']],
    ['what messages quote', [masked('A', 'a"b\\c')], [], ['a"b\\c', 'a\\"b\\\\c']],
    ['those that were overruled', [masked('A', 'old'), { key: 'A', value: 'new' }], [], ['old']],
  ])('has %s', (_, list, others, expected) => {
    expect(new Variables(list, others).secrets).toEqual(expected);
  });

  it('stays when references are replaced and variables are added', () => {
    const list = new Variables([masked('A', 'x1')], ['other']).expanded().with([masked('B', 'x2')]);
    expect(list.secrets).toEqual(['x1', 'x2', 'other']);
  });
});

describe('the environment of a container', () => {
  const others = [
    masked('SECRET', 'hunter22'),
    masked('EMPTY', ''),
    { ...masked('PRICE', '5$$0000000'), public: true },
    { key: 'PRIVATE', value: 'inner' },
    { key: 'FILE', value: 'content', public: true, file: true },
    { key: 'BRANCH', value: 'main', public: true },
  ];

  it.each<[string, Variable, 'shown' | 'hidden' | 'absent', string]>([
    ['a public variable', { key: 'V', value: 'x-$BRANCH', ...shown }, 'shown', 'x-main'],
    ["one of the runner's own", { key: 'V', value: 'x', internal: true }, 'shown', 'x'],
    ['one that refers to a masked one', { key: 'V', value: 'token-$SECRET', ...shown }, 'hidden', 'token-hunter22'],
    ['an internal one that does', { key: 'V', value: 'token-$SECRET', internal: true }, 'hidden', 'token-hunter22'],
    ['one that holds a masked value', { key: 'V', value: 'token-hunter22', ...shown }, 'hidden', 'token-hunter22'],
    ['a raw one that does', { key: 'V', value: '$hunter22', raw: true, ...shown }, 'hidden', '$hunter22'],
    [
      'one that refers to a masked one with references',
      { key: 'V', value: '$PRICE', ...shown },
      'hidden',
      '5$$0000000',
    ],
    ['one that refers to one that is not public', { key: 'V', value: '[$PRIVATE]', ...shown }, 'hidden', '[inner]'],
    ['one that refers to a file', { key: 'V', value: '$FILE', ...shown }, 'hidden', 'content'],
    ["one that holds the job's token", { key: 'V', value: 'u:job-token', ...shown }, 'hidden', 'u:job-token'],
    ['one that refers to an empty masked one', { key: 'V', value: 'x$EMPTY', ...shown }, 'shown', 'x'],
    ['one that names a masked one, raw', { key: 'V', value: '$SECRET', raw: true, ...shown }, 'shown', '$$SECRET'],
    ['a masked variable', { key: 'V', value: 'mine', masked: true, ...shown }, 'absent', ''],
    ['one that is not public', { key: 'V', value: 'mine' }, 'absent', ''],
  ])('has %s as is right', (_, variable, where, value) => {
    const variables = new Variables([...others, variable], ['job-token']).expanded();
    const { shown: inEnv, hidden } = variables.environment;
    const inPod = inEnv.find(({ name }) => name === 'V')?.value;
    expect({ inPod, hidden: hidden.get('V') }).toEqual({
      inPod: where === 'shown' ? value : undefined,
      hidden: where === 'hidden' ? value : undefined,
    });
  });
});

function masked(key: string, value: string): Variable {
  return { key, value, masked: true };
}
