import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

describe('configSchema', () => {
  it('has a default for each key', () => {
    expect(configSchema.parse({})).toEqual({
      pod_labels: {},
      pod_annotations: {},
      pod_annotations_overwrite_allowed: '',
    });
  });

  it('keeps tables as they are written', () => {
    const tables = { pod_labels: { b: '$X', a: '' }, pod_annotations: { 'Example.com/a': 'two\nlines' } };
    expect(configSchema.parse(tables)).toMatchObject(tables);
  });

  it('reports every key that Kubernetes would refuse, and a pattern that is none', () => {
    expect(
      problems({
        pod_labels: { 'a b': '1', 'Example.com/a': '2', fine: '3' },
        pod_annotations: { '': '1', ['a'.repeat(64)]: '2' },
        pod_annotations_overwrite_allowed: '(',
      }),
    ).toEqual([
      'pod_labels."a b": must have a name of letters, digits and -_. that begins and ends with a letter or digit, such as "team"',
      'pod_labels."Example.com/a": must have a domain in lower case before its slash, such as "example.com/team"',
      'pod_annotations."": must have a name of letters, digits and -_. that begins and ends with a letter or digit, such as "team"',
      `pod_annotations.${'a'.repeat(64)}: has more than 63 characters in its name`,
      expect.stringMatching(/^pod_annotations_overwrite_allowed: "\(" is no pattern in RE2's syntax/),
    ]);
  });

  it.each(['pod', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/instance'])(
    'refuses the label %s, which is podwright’s own',
    (key) => {
      const path = key === 'pod' ? 'pod' : JSON.stringify(key);
      expect(problems({ pod_labels: { [key]: 'mine' } })).toEqual([
        `pod_labels.${path}: is a label by which podwright finds the Pod; choose another key`,
      ]);
      expect(problems({ pod_annotations: { [key]: 'mine' } })).toEqual([]);
    },
  );

  it('refuses values without quotes', () => {
    expect(problems({ pod_labels: { version: 1 }, pod_annotations: { on: true } })).toEqual([
      'pod_labels.version: must be a text in quotes',
      'pod_annotations.on: must be a text in quotes',
    ]);
  });

  it('refuses more annotations than Kubernetes takes, as far as it is known', () => {
    const fits = 'ä'.repeat(131_071);
    expect(problems({ pod_annotations: { ab: fits } })).toEqual([]);
    expect(problems({ pod_annotations: { abc: fits } })).toEqual([
      'pod_annotations: 262145 bytes of annotations are more than the 262144 that Kubernetes allows',
    ]);
    expect(problems({ pod_annotations: { abc: `${fits}$EMPTY` } })).toEqual([]);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
