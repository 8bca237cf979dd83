/**
 * A text as one word of any POSIX shell, in single quotes. Holds every byte but NUL, which no shell and no program can
 * be given. `$'…'`, as GitLab Runner writes it, is unknown to dash.
 */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Several words, each quoted. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
