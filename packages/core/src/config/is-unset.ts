/** What `gitlab-runner register` writes for a time that is not set; some write it as a text. */
const noTime = '0001-01-01T00:00:00Z';

/**
 * Whether a TOML value asks for nothing, as the many do that `gitlab-runner register` writes: an empty text, list or table,
 * `false`, 0, the first day of the year 1, and what has nothing but these in it.
 */
export function isUnset(value: unknown): boolean {
  if (value instanceof Date) return value.getTime() === Date.parse(noTime);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isUnset);
  return value === '' || value === false || value === 0 || value === 0n || value === noTime;
}
