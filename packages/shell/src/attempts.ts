import type { Variables } from '@podwright/core';

/**
 * How often a stage is tried, by the variable of that name: 1 to 10, 1 when it is empty.
 * @param problems told what makes no sense
 */
export function attempts(variables: Variables, name: string, problems: string[]): number {
  const value = variables.get(name);
  if (value === '') return 1;
  if (/^([1-9]|10)$/.test(value)) return Number(value);
  problems.push(`${name} is ${JSON.stringify(value)}: must be a number from 1 to 10`);
  return 1;
}
