import { shortened } from '@podwright/core';

const form = /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Longer texts and larger exponents mean nothing that a cluster has, but would cost time. */
const maxLength = 64;
const maxExponent = 99;

const decimalSuffixes = new Map([
  ['', 0],
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binarySuffixes = new Map([
  ['Ki', 10n],
  ['Mi', 20n],
  ['Gi', 30n],
  ['Ti', 40n],
  ['Pi', 50n],
  ['Ei', 60n],
]);

/** The API server cuts quantities with a binary suffix to a signed 64-bit number of whole units. */
const binaryCap = (2n ** 63n - 1n) * 10n ** 9n;

/**
 * Reads a quantity of Kubernetes (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 * @returns the amount in billionths, the smallest step that Kubernetes knows; what is finer is rounded away from zero,
 * as the API server does. `undefined` when the text is not a quantity.
 */
export function parseQuantity(text: string): bigint | undefined {
  if (text.length > maxLength) return undefined;
  const match = form.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;

  const amount = scale(BigInt(whole + fraction), suffix, fraction.length);
  return sign === '-' && amount !== undefined ? -amount : amount;
}

/** Says of a text that it is not a quantity, and what one looks like. */
export function notAQuantity(text: string): string {
  return `${JSON.stringify(shortened(text))} is not a quantity; write a number with at most one suffix of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or an exponent such as e3`;
}

function scale(digits: bigint, suffix: string, decimals: number): bigint | undefined {
  const power = binarySuffixes.get(suffix);
  if (power !== undefined) {
    const amount = timesPowerOfTen(digits << power, 9 - decimals);
    return amount < binaryCap ? amount : binaryCap;
  }
  const exponent = decimalSuffixes.get(suffix) ?? Number(suffix.slice(1));
  if (Math.abs(exponent) > maxExponent) return undefined;
  return timesPowerOfTen(digits, exponent - decimals + 9);
}

/** Rounds up. */
function timesPowerOfTen(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (digits + divisor - 1n) / divisor;
}
