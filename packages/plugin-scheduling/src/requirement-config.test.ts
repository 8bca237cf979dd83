import { toProblems } from '@podwright/core';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { labelExpression, nodeExpression, nodeField } from './requirement-config.ts';

const labelValueRule = expect.stringMatching(/^values\[\d\]: ".*" is no label value: /);

describe('an expression about a node', () => {
  it.each([
    ['In', ['a', '']],
    ['NotIn', ['a']],
    ['Exists', []],
    ['DoesNotExist', []],
    ['Gt', ['5']],
    ['Lt', ['0']],
  ])('takes %s %j', (operator, values) => {
    expect(problems(nodeExpression, { key: 'a', operator, values })).toEqual([]);
  });

  it.each([
    ['In', [], ['values: "In" needs at least one']],
    ['NotIn', [], ['values: "NotIn" needs at least one']],
    ['Exists', ['a'], ['values: must be empty: "Exists" takes none']],
    ['DoesNotExist', ['a'], ['values: must be empty: "DoesNotExist" takes none']],
    ['Gt', [], ['values: must be only one: "Gt" compares with a number']],
    ['Lt', ['1', '2'], ['values: must be only one: "Lt" compares with a number']],
    ['Gt', ['a'], ['values[0]: "a" is no whole number that a label can have']],
    ['Gt', ['-5'], ['values[0]: "-5" is no whole number that a label can have']],
    ['In', ['a', 'b c', 'x'.repeat(64)], [labelValueRule, labelValueRule]],
  ])('refuses %s %j', (operator, values, expected) => {
    expect(problems(nodeExpression, { key: 'a', operator, values })).toEqual(expected);
  });

  it('refuses other operators and lists the valid ones', () => {
    expect(problems(nodeExpression, { key: 'a', operator: 'in', values: ['a'] })).toEqual([
      'operator: "in" must be "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"',
    ]);
  });

  it('refuses what is no label key, missing keys and values without quotes', () => {
    expect(problems(nodeExpression, { key: 'a b', operator: 'In', values: [1] })).toEqual([
      expect.stringMatching(/^key: "a b" is no label key: /),
      'values[0]: 1 must be in quotes: "1"',
    ]);
    expect(problems(nodeExpression, {})).toEqual([
      'key: is missing',
      'operator: is missing: it must be "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"',
    ]);
  });
});

describe('an expression about labels', () => {
  it('has four operators', () => {
    expect(problems(labelExpression, { key: 'a', operator: 'Gt', values: ['1'] })).toEqual([
      'operator: "Gt" must be "In", "NotIn", "Exists", "DoesNotExist"',
    ]);
    expect(problems(labelExpression, { key: 'a', operator: 'Exists' })).toEqual([]);
    expect(problems(labelExpression, { key: 'a', operator: 'In', values: ['b c'] })).toEqual([labelValueRule]);
  });
});

describe('a field of a node', () => {
  it.each([
    ['metadata.name', 'In', ['node1'], []],
    ['metadata.name', 'NotIn', ['node1.example.com'], []],
    ['cpu_type', 'In', ['arm64'], []],
    ['cpu_type', 'In', ['any text'], []],
    ['metadata.name', 'In', ['Node 1'], ['values[0]: "Node 1" is no name of a node']],
    ['metadata.name', 'In', ['a', 'b'], ['values: must be only one: a field has no other']],
    ['metadata.name', 'In', [], ['values: "In" needs at least one']],
    ['metadata.name', 'Exists', [], ['operator: "Exists" must be "In", "NotIn"']],
    ['', 'In', ['a'], ['key: "" must be the name of a field, such as "metadata.name"']],
  ])('%j %s %j', (key, operator, values, expected) => {
    expect(problems(nodeField, { key, operator, values })).toEqual(expected);
  });
});

function problems(schema: z.ZodType, value: object): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : toProblems(parsed.error, '').map(({ path, message }) => `${path}: ${message}`);
}
