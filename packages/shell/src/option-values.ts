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

/**
 * One of several words; `fallback` when the variable is empty.
 * @param problems told of any other word
 */
export function choice<T extends string>(
  variables: Variables,
  name: string,
  valid: readonly T[],
  fallback: T,
  problems: string[],
): T {
  const value = variables.get(name);
  if (value === '') return fallback;
  const known = valid.find((word) => word === value);
  if (known === undefined) problems.push(`${name} is ${JSON.stringify(value)}: must be one of ${valid.join(', ')}`);
  return known ?? fallback;
}

/** The words of a variable, split on white space; quotes mean nothing, as in GitLab Runner. */
export function words(variables: Variables, name: string): readonly string[] {
  return variables
    .get(name)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Options for a program; `fallback` when the variable is empty, undefined for `none`. */
export function flags(variables: Variables, name: string, fallback: readonly string[]): readonly string[] | undefined {
  const given = words(variables, name);
  if (given.length === 0) return fallback;
  return given.length === 1 && given[0] === 'none' ? undefined : given;
}
