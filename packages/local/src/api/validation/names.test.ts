import { expect, test } from 'vitest';
import {
  checkName,
  checkOptionalName,
  configKeyRule,
  dnsLabelRule,
  dnsSubdomainRule,
  envNameRule,
  labelValueRule,
  qualifiedNameRule,
  sysctlRule,
  type NameRule,
} from './names.ts';

test.each<[string, NameRule, string[], string[]]>([
  ['a DNS label', dnsLabelRule, ['a', 'a-b', '0', 'a'.repeat(63)], ['', '-a', 'a-', 'a.b', 'A', 'a'.repeat(64), 'a\n']],
  ['a DNS name', dnsSubdomainRule, ['a', 'a.b-c', '1.2'], ['', '.a', 'a.', 'a..b', 'a_b', 'a'.repeat(254)]],
  ['a label value', labelValueRule, ['', 'A', 'a.b_c-d', '1'], ['-a', 'a b', 'ä', 'a'.repeat(64)]],
  ['a qualified name', qualifiedNameRule, ['a', 'A_b', 'example.com/a'], ['', '/a', 'a/', 'a/b/c', 'A.b/c', 'a b']],
  ['a variable name', envNameRule, ['A', '_a', 'a.b-c', '.a'], ['', '1a', 'a b', 'a=b', '.', '..', '..a']],
  ['a key of a Secret', configKeyRule, ['a', 'A.b', '.dockerconfigjson', '1'], ['', 'a b', 'a/b', '.', '..', '..a']],
  ['a kernel parameter', sysctlRule, ['kernel.shm_rmid_forced', 'net/ipv4'], ['', 'A', 'a b', 'a..b']],
])('%s is told from what is none', (_what, rule, good, bad) => {
  expect(good.filter((value) => rule(value).length > 0)).toEqual([]);
  expect(bad.filter((value) => rule(value).length === 0)).toEqual([]);
});

test('a value that must be there is required, one that need not be is not', () => {
  expect(checkName('spec.x', '', dnsLabelRule)).toEqual([
    { reason: 'FieldValueRequired', field: 'spec.x', message: 'Required value' },
  ]);
  expect(checkOptionalName('spec.x', '', dnsLabelRule)).toEqual([]);
});

test('a value of a megabyte is refused without being matched', () => {
  expect(dnsSubdomainRule('a-'.repeat(500_000))).toEqual(['must be no more than 253 characters']);
});
