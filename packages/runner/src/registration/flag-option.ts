import { Option } from 'commander';
import type { RegistrationFlag } from './flag.ts';

/** What commander makes of the command line: a text, or a list of them, for each flag that was given. */
export type CommandLine = Readonly<Record<string, unknown>>;

const placeholders = {
  text: 'text',
  file: 'file',
  number: 'number',
  texts: 'text',
  numbers: 'number',
  table: 'key:value',
} as const;

/** The flag for commander. Values are checked by `readFlags`, together with those of the environment. */
export function optionOf({ flag, alias, kind, env, description }: RegistrationFlag): Option {
  const form = kind === 'boolean' ? '[bool]' : `<${placeholders[kind]}>`;
  const variable = env === undefined ? '' : ` [$${env}]`;
  const option = new Option(`${alias === undefined ? '' : `${alias}, `}${flag} ${form}`, `${description}${variable}`);
  const isRepeated = kind === 'texts' || kind === 'numbers' || kind === 'table';
  return isRepeated
    ? option.argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text])
    : option;
}
