/** Quotes a string for a POSIX shell, so that it stands for itself whatever it holds; NUL cannot be had in a shell. */
export function shQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
