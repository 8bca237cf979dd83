import type { Variables } from './variables.ts';

/** What a job's variable asks for instead of what is configured. */
export interface Overwrite {
  /** References replaced. */
  readonly text: string;
  /** The text as it may be shown: cut when it is absurdly long, `[MASKED]` when a masked variable is in it. */
  readonly shown: string;
}

/** Characters of a value that are worth showing. */
const longestShown = 100;

/**
 * Reads a variable that may overwrite something. As in GitLab Runner its value is expanded a second time here. Nothing
 * when there is no such variable or it is empty.
 */
export function readOverwrite(variables: Variables, key: string): Overwrite | undefined {
  const variable = variables.find(key);
  if (!variable || variable.value === '') return undefined;
  const text = variable.raw ? variable.value : variables.expand(variable.value);
  if (text === '') return undefined;
  const secret = variable.masked || variables.maskedValues().some((value) => text.includes(value));
  return { text, shown: secret ? '[MASKED]' : shortened(text) };
}

/** A value of any type as it is fit for a message. TOML's integers may be larger than what JSON can say. */
export function shownValue(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : shortened(JSON.stringify(value) ?? 'nothing');
}

/** A text as it is fit for a message. */
export function shortened(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
