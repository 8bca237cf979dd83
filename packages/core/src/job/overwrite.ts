import type { Variables } from './variables.ts';

/** What a job's variable asks for instead of what is configured. */
export interface Overwrite {
  /** References replaced. */
  readonly text: string;
  /** Whether the variable is masked, or the value of a masked one is in it. */
  readonly isSecret: boolean;
  /** The text as it may be shown: cut when it is absurdly long, `[MASKED]` when it is secret. */
  readonly shown: string;
}

/** Characters of a value that are worth showing. */
const longestShown = 100;
const masked = '[MASKED]';

/**
 * Reads a variable that may overwrite something. As in GitLab Runner, references are replaced two levels deep: those in
 * its value, and those in the values that it refers to. Unlike there, `$$` is a `$` and not expanded again. Nothing when
 * there is no such variable or it is empty.
 */
export function readOverwrite(variables: Variables, key: string): Overwrite | undefined {
  const variable = variables.find(key);
  if (!variable || variable.value === '') return undefined;
  const text = variables.resolve(key);
  if (text === '') return undefined;
  const isSecret = variable.masked === true || variables.hasMasked(text);
  return { text, isSecret, shown: isSecret ? masked : shortened(text) };
}

/** A text with references to variables replaced, as it is fit for a message. */
export function shownText(text: string, variables: Variables): string {
  return variables.hasMasked(text) ? masked : shortened(text);
}

/** A value of any type as it is fit for a message. TOML's integers may be larger than what JSON can say. */
export function shownValue(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : shortened(JSON.stringify(value) ?? 'nothing');
}

/** A text as it is fit for a message. */
export function shortened(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
