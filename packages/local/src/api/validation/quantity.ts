const pattern = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

const decimalPowers: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

const binaryPowers: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** Powers of ten beyond this are cut off: far above what a quantity can hold, and bounded work. */
const maxPower = 30;

const maxLength = 64;

/**
 * Reads a quantity such as `500m` or `1.5Gi`.
 * @returns billionths of the unit, rounded away from zero as the API does; `undefined` when it is not a quantity
 */
export function parseQuantity(text: string): bigint | undefined {
  if (text.length > maxLength) return undefined;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;

  const digits = BigInt(`${whole}${fraction}`);
  const binary = binaryPowers[suffix];
  const value = binary === undefined ? digits : digits << binary;
  const power = (binary === undefined ? tenPower(suffix) : 0) - fraction.length + 9;
  const magnitude = power >= 0 ? value * 10n ** BigInt(power) : divideUp(value, 10n ** BigInt(-power));
  return sign === '-' ? -magnitude : magnitude;
}

/** Whether a quantity is a number of whole units. */
export function isWhole(billionths: bigint): boolean {
  return billionths % 1_000_000_000n === 0n;
}

function tenPower(suffix: string): number {
  if (suffix === '') return 0;
  const power = decimalPowers[suffix] ?? Number(suffix.slice(1));
  return Math.max(-maxPower, Math.min(maxPower, power));
}

function divideUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
