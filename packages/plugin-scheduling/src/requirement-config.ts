import { checkedText, isDnsSubdomain, notAText, shownValue, textRule } from '@podwright/core';
import { z } from 'zod';
import { labelKey, shownOrMissing } from './label-schemas.ts';
import { isLabelValue, notALabelValue } from './labels.ts';

const labelOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const nodeOperators = [...labelOperators, 'Gt', 'Lt'] as const;
const fieldOperators = ['In', 'NotIn'] as const;

type Operator = (typeof nodeOperators)[number];

/** What is required of a label or a field. */
export interface Requirement {
  readonly key: string;
  /** How the value of `key` is compared with `values`. */
  readonly operator: Operator;
  /** Empty for the operators that take none. */
  readonly values: readonly string[];
}

/** The only field of a node that Kubernetes can select by. */
export const nodeNameField = 'metadata.name';

const fieldKey = checkedText(textRule((key) => key !== '', `must be the name of a field, such as "${nodeNameField}"`));

/** What is required of the labels of a node. */
export const nodeExpression = requirement(nodeOperators, labelKey, problemsOfLabelValues);

/** What is required of the labels of a Pod or a namespace. */
export const labelExpression = requirement(labelOperators, labelKey, problemsOfLabelValues);

/** What is required of the fields of a node. */
export const nodeField = requirement(fieldOperators, fieldKey, ({ key, operator, values }) => [
  values.length > 1 ? 'must be only one: a field has no other' : countProblem(operator, values),
  ...values.map((value) =>
    key !== nodeNameField || isDnsSubdomain(value) ? undefined : `${shownValue(value)} is no name of a node`,
  ),
]);

/** @param problemsOf of `values` as a whole, then of each value; undefined where there is none */
function requirement<const O extends readonly Operator[]>(
  operators: O,
  key: z.ZodType<string>,
  problemsOf: (requirement: Requirement) => readonly (string | undefined)[],
) {
  return z
    .strictObject({
      key: key.describe('What is looked at.'),
      operator: z
        .enum(operators, {
          error: ({ input }) => `${shownOrMissing(input)} must be ${operators.map(shownValue).join(', ')}`,
        })
        .describe(`${operators.map((operator) => `\`${operator}\``).join(', ')}.`),
      values: z
        .array(z.string({ error: ({ input }) => notAText(input) }))
        .default([])
        .describe('What it is compared with.'),
    })
    .superRefine((required, context) => {
      for (const [i, message] of problemsOf(required).entries()) {
        if (message === undefined) continue;
        context.addIssue({ code: 'custom', path: i === 0 ? ['values'] : ['values', i - 1], message });
      }
    });
}

function problemsOfLabelValues({ operator, values }: Requirement): (string | undefined)[] {
  return [countProblem(operator, values), ...values.map((value) => labelValueProblem(operator, value))];
}

function countProblem(operator: Operator, { length }: readonly string[]): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return length === 0 ? `"${operator}" needs at least one` : undefined;
    case 'Exists':
    case 'DoesNotExist':
      return length > 0 ? `must be empty: "${operator}" takes none` : undefined;
    case 'Gt':
    case 'Lt':
      return length === 1 ? undefined : `must be only one: "${operator}" compares with a number`;
  }
}

/** Not all of this is refused by the API server, but the scheduler cannot use it. */
function labelValueProblem(operator: Operator, value: string): string | undefined {
  if (operator === 'Gt' || operator === 'Lt') {
    return /^\d{1,18}$/.test(value) ? undefined : `${shownValue(value)} is no whole number that a label can have`;
  }
  return isLabelValue(value) ? undefined : `${shownValue(value)} ${notALabelValue}`;
}
