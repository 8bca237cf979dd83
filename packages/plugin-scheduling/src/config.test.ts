import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

const required = 'required_during_scheduling_ignored_during_execution';
const preferred = 'preferred_during_scheduling_ignored_during_execution';

describe('configSchema', () => {
  it('has a default for each key', () => {
    expect(configSchema.parse({})).toEqual({ node_selector: {}, node_tolerations: {}, affinity: {} });
  });

  it.each([
    ['true', true, 'true must be in quotes: "true"'],
    ['a number', 4, '4 must be in quotes: "4"'],
    [
      'an integer beyond all numbers',
      9_223_372_036_854_775_807n,
      '9223372036854775807 must be in quotes: "9223372036854775807"',
    ],
    ['a table, which a key with dots gives', { io: 'a' }, 'must be a text; a key with dots is written in quotes'],
  ])('refuses %s for a label and shows how to write it', (_, value, expected) => {
    expect(problems({ node_selector: { gitlab: value } })).toEqual([`node_selector.gitlab: ${expected}`]);
  });

  it('refuses what is no label, and reports all problems', () => {
    expect(problems({ node_selector: { 'a b': 'c', 'example.com/a': 'c d', b: 'c', '-': '', d: 1 } })).toEqual([
      expect.stringMatching(/^node_selector\."a b": "a b" is no label key: /),
      expect.stringMatching(/^node_selector\."example\.com\/a": "c d" is no label value: /),
      expect.stringMatching(/^node_selector\.-: "-" is no label key: /),
      'node_selector.d: 1 must be in quotes: "1"',
    ]);
  });

  it('refuses tolerations that the API server would refuse', () => {
    expect(problems({ node_tolerations: { 'a=b=c': 'NoSchedule', spot: 'noschedule', '=': '' } })).toEqual([
      expect.stringMatching(/^node_tolerations\."a=b=c": "b=c" is no label value: /),
      'node_tolerations.spot: "noschedule" must be "NoSchedule", "PreferNoSchedule", "NoExecute", or empty for all of these',
      'node_tolerations."=": has no key before "="',
    ]);
  });

  it.each([
    ['no terms', {}],
    ['an empty list of terms', { node_selector_terms: [] }],
  ])('refuses required node affinity with %s', (_, rule) => {
    expect(problems({ affinity: { node_affinity: { [required]: rule } } })).toEqual([
      `affinity.node_affinity.${required}.node_selector_terms: must be a list of at least one term`,
    ]);
  });

  it.each([
    [0, '0 must'],
    [101, '101 must'],
    [1.5, '1.5 must'],
    ['50', '"50" must'],
    [undefined, 'is missing: it must'],
  ])('refuses the weight %j', (weight, message) => {
    const expected = `weight: ${message} be a whole number from 1 to 100`;
    expect(problems({ affinity: { node_affinity: { [preferred]: [{ weight }] } } })).toEqual([
      `affinity.node_affinity.${preferred}[0].${expected}`,
    ]);
    const rule = { weight, pod_affinity_term: { topology_key: 'a' } };
    expect(problems({ affinity: { pod_affinity: { [preferred]: [rule] } } })).toEqual([
      `affinity.pod_affinity.${preferred}[0].${expected}`,
    ]);
  });

  it('refuses a rule about Pods that the API server would refuse', () => {
    const wrong = {
      topology_key: '',
      label_selector: {
        match_labels: { a: 'b c' },
        match_expressions: [{ key: 'a', operator: 'Gt', values: ['1'] }],
      },
      namespaces: ['a.b', 'ci'],
    };
    expect(problems({ affinity: { pod_anti_affinity: { [required]: [wrong, {}] } } })).toEqual(
      [
        /0\]\.topology_key: "" is no label key: /,
        /0\]\.label_selector\.match_labels\.a: "b c" is no label value: /,
        /0\]\.label_selector\.match_expressions\[0\]\.operator: "Gt" must be "In", "NotIn", "Exists", "DoesNotExist"$/,
        /0\]\.namespaces\[0\]: "a\.b" is no name of a namespace$/,
        /1\]\.topology_key: is missing$/,
      ].map((pattern) => expect.stringMatching(pattern)),
    );
  });

  it('refuses label keys that say the same twice, or nothing', () => {
    const selector = { match_labels: { a: '1' }, match_expressions: [{ key: 'b', operator: 'Exists' }] };
    const terms = [
      { topology_key: 'k', match_label_keys: ['a'] },
      {
        topology_key: 'k',
        label_selector: selector,
        match_label_keys: ['a', 'c'],
        mismatch_label_keys: ['b', 'c', 'd'],
      },
    ];
    const path = `affinity.pod_affinity.${required}`;
    expect(problems({ affinity: { pod_affinity: { [required]: terms } } })).toEqual([
      `${path}[0].match_label_keys[0]: needs a label_selector beside it`,
      `${path}[1].match_label_keys[0]: "a" is in label_selector, too`,
      `${path}[1].mismatch_label_keys[0]: "b" is in label_selector, too`,
      `${path}[1].mismatch_label_keys[1]: "c" is in match_label_keys, too`,
    ]);
  });

  it('refuses rules that nobody knows', () => {
    expect(problems({ affinity: { pod_affinities: {} } })).toEqual(['affinity.pod_affinities: unknown key']);
  });
});

function problems(config: object): string[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
