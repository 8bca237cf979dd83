import { invalidValue, required, type FieldProblem } from './field-problem.ts';

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const dnsLabel = new RegExp(`^${label}$`);
const dnsSubdomain = new RegExp(`^${label}(?:\\.${label})*$`);
const namePart = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const envName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const configKey = /^[-._a-zA-Z0-9]+$/;
const sysctl = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;

/** Says what is wrong with a value, a sentence each; empty when it is fine. */
export type NameRule = (value: string) => string[];

/** A name of one part, as of containers and volumes (RFC 1123). */
export const dnsLabelRule: NameRule = (value) =>
  check(value, 63, dnsLabel, "must be lower case letters, digits and '-', and start and end with a letter or digit");

/** A name that may have dots, as of Pods and Secrets (RFC 1123). */
export const dnsSubdomainRule: NameRule = (value) =>
  check(
    value,
    253,
    dnsSubdomain,
    "must be lower case letters, digits, '-' and '.', and each part must start and end with a letter or digit",
  );

/** A label's value; may be empty. */
export const labelValueRule: NameRule = (value) => {
  if (value === '') return [];
  return check(
    value,
    63,
    namePart,
    "must be letters, digits, '-', '_' and '.', and start and end with one of the former",
  );
};

/** A key of labels, annotations and resources: a name, or DNS prefix, slash, name. */
export const qualifiedNameRule: NameRule = (value) => {
  const parts = value.split('/');
  if (parts.length > 2) return ['must be a name, or a DNS name and a name with one slash between them'];
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  return [
    ...(prefix === undefined ? [] : prefix === '' ? ['must not have an empty prefix'] : dnsSubdomainRule(prefix)),
    ...(name === '' ? ['must not have an empty name'] : []),
    ...check(
      name,
      63,
      namePart,
      "name must be letters, digits, '-', '_' and '.', and start and end with one of the former",
    ),
  ];
};

/** An environment variable. */
export const envNameRule: NameRule = (value) => [
  ...(envName.test(value) ? [] : ["must be letters, digits, '_', '-' and '.', and not start with a digit"]),
  ...notDots(value),
];

/** A key of a Secret or ConfigMap. */
export const configKeyRule: NameRule = (value) => {
  if (value.length > 253) return ['must be no more than 253 characters'];
  if (!configKey.test(value)) return ["must be letters, digits, '-', '_' and '.'"];
  return notDots(value);
};

/** A kernel parameter. */
export const sysctlRule: NameRule = (value) =>
  value.length <= 253 && sysctl.test(value) ? [] : ['must be lower case names with dots or slashes, 253 characters'];

/** Applies a rule to a value that must be there. */
export function checkName(field: string, value: string | undefined, rule: NameRule): FieldProblem[] {
  if (value === undefined || value === '') return [required(field)];
  return rule(value).map((detail) => invalidValue(field, value, detail));
}

/** Applies a rule to a value that must be there; to the real API server an empty one is also a malformed one here. */
export function checkNameTwice(field: string, value: string | undefined, rule: NameRule): FieldProblem[] {
  const problems = checkName(field, value, rule);
  return value ? problems : [...problems, ...rule('').map((detail) => invalidValue(field, '', detail))];
}

/** Applies a rule to a value that need not be there. */
export function checkOptionalName(field: string, value: string | undefined, rule: NameRule): FieldProblem[] {
  return value === undefined || value === '' ? [] : checkName(field, value, rule);
}

function check(value: string, limit: number, pattern: RegExp, rule: string): string[] {
  return [
    ...(value.length > limit ? [`must be no more than ${limit} characters`] : []),
    // A value far too long is not matched: it is refused anyway.
    ...(value.length > 4 * limit || pattern.test(value) ? [] : [rule]),
  ];
}

function notDots(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}
