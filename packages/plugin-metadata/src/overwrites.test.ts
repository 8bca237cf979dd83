import { Variables, type OverwriteMatch, type Variable } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { overwritesReader } from './overwrites.ts';

describe('overwritesReader', () => {
  it.each([
    ['a key and a value', 'team=red', { team: 'red' }],
    ['a value with an equals sign', 'team=a=b==', { team: 'a=b==' }],
    ['an empty value', 'team=', { team: '' }],
    ['white space as it is', 'team= a b ', { team: ' a b ' }],
    ['a value of several lines', 'team=a\nb', { team: 'a\nb' }],
    ['a key with a prefix', 'Example.com/team=red', { 'Example.com/team': 'red' }],
  ])('takes %s', (_, value, expected) => {
    expect(applied('(?s).*', [annotation('1', value)])).toEqual(Object.entries(expected));
  });

  it('takes all variables with the prefix, in their order, whatever the rest of their names', () => {
    expect(
      applied('.*', [
        annotation('B', 'x=1'),
        annotation('A', 'y=2'),
        annotation('', 'z=3'),
        annotation('1_A', 'x=4'),
        { key: 'KUBERNETES_POD_ANNOTATION_1', value: 'no=1' },
        { key: 'MY_KUBERNETES_POD_ANNOTATIONS_1', value: 'no=2' },
      ]),
    ).toEqual([
      ['x', '1'],
      ['y', '2'],
      ['z', '3'],
      ['x', '4'],
    ]);
  });

  it('takes the last variable of a name, where it stands', () => {
    expect(applied('.*', [annotation('1', 'a=1'), annotation('2', 'x=2'), annotation('1', 'x=3')])).toEqual([
      ['x', '2'],
      ['x', '3'],
    ]);
  });

  it('replaces references once more, and only then looks', () => {
    expect(
      applied('team=red', [
        annotation('1', '$KEY=$TEAM'),
        { key: 'KEY', value: 'team' },
        { key: 'TEAM', value: 'red' },
      ]),
    ).toEqual([['team', 'red']]);
  });

  it('leaves the references of a raw variable alone', () => {
    expect(applied('.*', [{ ...annotation('1', 'team=$TEAM'), raw: true }])).toEqual([['team', '$TEAM']]);
  });

  it('takes no notice of empty variables', () => {
    expect(read('.*', [annotation('1', ''), annotation('2', '$UNKNOWN')])).toEqual({
      applied: [],
      ignored: [],
      problems: [],
    });
  });

  it('does not take the variable of the pattern for an annotation', () => {
    const variables = [annotation('OVERWRITE_ALLOWED', 'a=b')];
    expect(read('.*', variables)).toEqual({ applied: [], ignored: [], problems: [] });
    expect(read('', variables).ignored).toEqual([]);
  });

  it('ignores all of them when no pattern is set, however wrong they are', () => {
    expect(read('', [annotation('1', 'team=red'), annotation('2', 'nonsense')])).toEqual({
      applied: [],
      ignored: [
        `KUBERNETES_POD_ANNOTATIONS_1 "team=red" is ignored: pod_annotations_overwrite_allowed is not set in this runner's configuration`,
        `KUBERNETES_POD_ANNOTATIONS_2 "nonsense" is ignored: pod_annotations_overwrite_allowed is not set in this runner's configuration`,
      ],
      problems: [],
    });
  });

  it('finds every problem', () => {
    const { problems } = read('team=.*', [
      annotation('1', 'teamred'),
      annotation('2', '=red'),
      annotation('3', 'my team=red'),
      annotation('4', 'myteam=red'),
      annotation('5', 'team=red'),
    ]);
    expect(problems).toEqual([
      'KUBERNETES_POD_ANNOTATIONS_1 is "teamred", but must be key=value',
      expect.stringMatching(/^KUBERNETES_POD_ANNOTATIONS_2 is "=red", but its key must have a name of/),
      expect.stringMatching(/^KUBERNETES_POD_ANNOTATIONS_3 is "my team=red", but its key must have a name of/),
      'KUBERNETES_POD_ANNOTATIONS_4 is "myteam=red", but this runner allows only what matches "team=.*" (pod_annotations_overwrite_allowed)',
    ]);
  });

  it('is content with a match anywhere in the text if so configured', () => {
    expect(read('^team=', [annotation('1', 'team=red')]).problems).toHaveLength(1);
    expect(read('^team=', [annotation('1', 'team=red')], 'partial')).toMatchObject({
      problems: [],
      applied: [{ key: 'team', value: 'red' }],
    });
  });

  it.each([
    ['a masked variable', [{ ...annotation('1', 'team=hunter2-hunter2'), masked: true }]],
    [
      'a masked variable in it',
      [annotation('1', 'team=x-$TOKEN'), { key: 'TOKEN', value: 'hunter2-hunter2', masked: true }],
    ],
  ])('never shows what %s holds', (_, variables) => {
    const {
      applied: [first],
    } = read('.*', variables);
    expect(first).toMatchObject({ isSecret: true, shown: '[MASKED]' });
    expect(read('x', variables).problems.join()).toContain('KUBERNETES_POD_ANNOTATIONS_1 is "[MASKED]", but');
    expect(read('x', variables).problems.join()).not.toContain('hunter2');
    expect(read('', variables).ignored.join()).not.toContain('hunter2');
  });

  it('shows no more than the beginning of a long text, which is no secret for that', () => {
    const {
      applied: [first],
    } = read('.*', [annotation('1', `team=${'x'.repeat(200_000)}`)]);
    expect(first).toMatchObject({ isSecret: false, shown: `team=${'x'.repeat(95)}…` });
  });
});

function annotation(suffix: string, value: string): Variable {
  return { key: `KUBERNETES_POD_ANNOTATIONS_${suffix}`, value };
}

function read(pattern: string, variables: readonly Variable[], match: OverwriteMatch = 'whole') {
  const config = configSchema.parse({ pod_annotations_overwrite_allowed: pattern });
  return overwritesReader(config, match)(new Variables(variables));
}

function applied(pattern: string, variables: readonly Variable[]): [string, string][] {
  const { applied: all, problems } = read(pattern, variables);
  expect(problems).toEqual([]);
  return all.map(({ key, value }) => [key, value]);
}
