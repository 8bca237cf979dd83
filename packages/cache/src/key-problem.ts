/** What is wrong with one key of a table. */
export interface KeyProblem {
  readonly key: string;
  /** Goes on from the key; no secret is in it. */
  readonly message: string;
}

/** The keys without which a table is not whole. */
export function missing<K extends string>(table: Readonly<Record<K, string>>, keys: readonly K[]): KeyProblem[] {
  return keys.filter((key) => table[key] === '').map((key) => ({ key, message: 'is missing' }));
}
