/** Options that make no sense, by themselves or together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
