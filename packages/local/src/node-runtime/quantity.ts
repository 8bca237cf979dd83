const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * Reads a Kubernetes quantity such as `500m`, `1.5Gi` or `2e3`, as a plain number. Good enough to compare with what the
 * host has; malformed text, which the API server refuses, is 0.
 */
export function quantityToNumber(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([A-Za-z]{0,2}))$/.exec(text);
  if (!match) return 0;
  const factor = match[2] === undefined ? factors[match[3] ?? ''] : 10 ** Number(match[2]);
  return Number(match[1]) * (factor ?? 0);
}
