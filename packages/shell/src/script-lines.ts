import { quote } from './quote.ts';

const green = '\u001b[32;1m';
const yellow = '\u001b[0;33m';
const reset = '\u001b[0;m';

/** A line of shell that prints a green line into the trace. */
export function notice(text: string): string {
  return `printf '%s\\n' ${quote(green + text + reset)}`;
}

/** A line of shell that prints a yellow line into the trace. */
export function warning(text: string): string {
  return `printf '%s\\n' ${quote(yellow + text + reset)}`;
}

/**
 * The lines of a job's script as shell, each announced by a green `$ line`, as GitLab Runner does. All of them share one
 * shell. White space around a line is dropped; an empty one prints an empty line; of one with several lines only the
 * first is shown.
 */
export function userCommands(commands: readonly string[]): string[] {
  return commands.flatMap((command) => {
    const text = command.trim();
    if (text === '') return ['echo'];
    const [first = '', ...more] = text.split('\n');
    return [notice(more.length === 0 ? `$ ${text}` : `$ ${first} # collapsed multi-line command`), text];
  });
}
