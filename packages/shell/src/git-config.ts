/** One value of a git configuration file. */
export interface GitSetting {
  /** Such as `http "https://example.com"` or `core`. */
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** A section's name with a subsection, as it stands between brackets. */
export function subsection(section: string, name: string): string {
  return `${section} "${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * A git configuration file. Written as a whole, since each call of `git config` costs a process.
 * Values are quoted, so they may hold anything but NUL.
 */
export function gitConfigFile(settings: readonly GitSetting[]): string {
  return settings.map(({ section, key, value }) => `[${section}]\n\t${key} = ${quoteValue(value)}\n`).join('');
}

function quoteValue(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}
