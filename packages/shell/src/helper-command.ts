import type { Variables } from '@podwright/core';
import { quote } from './quote.ts';
import { warning } from './script-lines.ts';

/** GitLab Runner's program for artifacts and caches, in the helper image. */
const program = 'gitlab-runner-helper';

/**
 * Lines that need the helper program; where the image has none they are left out, with a warning.
 * @param action what is left out then, such as `Uploading artifacts`
 */
export function withHelperProgram(action: string, lines: readonly string[]): string[] {
  return [
    // Programs of the job may listen to them; to this one they are options, and an odd value makes it fail.
    'unset DEBUG LOG_LEVEL LOG_FORMAT',
    `if ${program} --version >/dev/null 2>&1; then`,
    ...lines,
    'else',
    warning(`Missing ${program}. ${action} is disabled.`),
    'fi',
  ];
}

/** A call of the helper program. */
export function helperCommand(command: string, words: readonly string[]): string {
  return [program, command, ...words].join(' ');
}

/** `--name 'value'`; nothing for an empty value. */
export function option(name: string, value: string | number | undefined): string[] {
  return value === undefined || value === '' ? [] : [`--${name} ${quote(String(value))}`];
}

/**
 * `--name "value"` for each, with references to variables replaced by the shell: helper programs before 15.x do not do
 * that. Later ones do, also what is more than a name in `$`: that, and references to values which they would take for more
 * references, is left to them.
 */
export function expandedOptions(name: string, values: readonly string[] = [], variables: Variables): string[] {
  return values.map((value) => `--${name} ${quoteAround(value, variables)}`);
}

const reference = /(\$\$|\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Za-z_][A-Za-z0-9_]*)/;

function quoteAround(text: string, variables: Variables): string {
  const words = text.split(reference).map((part, at) => {
    const name = part.replaceAll(/[${}]/g, '');
    if (at % 2 === 0 || name === '' || /[$`\\]/.test(variables.get(name))) return part === '' ? '' : quote(part);
    return `"\${${name}-}"`;
  });
  return words.join('') || quote('');
}
