import { resolve } from 'node:path';
import { goBool, shownValue, type Problem } from '@podwright/core';
import type { RegistrationFlag } from './flag.ts';
import { optionOf, type CommandLine } from './flag-option.ts';
import type { Io } from '../io.ts';

/** A flag with what was given for it. */
interface GivenFlag {
  readonly flag: RegistrationFlag;
  /** `--url`, or `CI_SERVER_URL` where the environment gave it. */
  readonly from: string;
  /** As it goes into the file. */
  readonly value: unknown;
}

/** What the command line and the environment say, by flag. */
export type GivenFlags = ReadonlyMap<string, GivenFlag>;

/** The text that was given for a flag; empty for none. */
export function textOf(given: GivenFlags, flag: string): string {
  return (given.get(flag)?.value as string | undefined) ?? '';
}

/** A value, or what is wrong with it. */
type Read = { readonly value: unknown } | { readonly message: string };

/**
 * What is given for each flag; an empty variable gives nothing, and a variable one entry of a list.
 * @param problems those found are added
 */
export function readFlags(
  flags: readonly RegistrationFlag[],
  given: CommandLine,
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  problems: Problem[],
): GivenFlags {
  const found = flags.flatMap((flag): GivenFlag[] => {
    const written = given[optionOf(flag).attributeName()];
    const variable = flag.env === undefined ? '' : (env[flag.env] ?? '');
    if (written === undefined && variable === '') return [];
    const from = written === undefined ? (flag.env ?? flag.flag) : flag.flag;
    const texts = [written ?? variable].flat().map(String);
    const read = readers[flag.kind](texts, cwd);
    if ('value' in read) return [{ flag, from, value: read.value }];
    const shown = flag.isSecret === true ? '' : `${shownValue(texts.at(-1))} `;
    problems.push({ path: from, message: `${shown}${read.message}`, kind: 'invalid' });
    return [];
  });
  return new Map(found.map((one) => [one.flag.flag, one]));
}

const readers: Readonly<Record<RegistrationFlag['kind'], (texts: readonly string[], cwd: string) => Read>> = {
  text: ([text]) => ({ value: text }),
  file: ([text = ''], cwd) => ({ value: text === '' ? '' : resolve(cwd, text) }),
  number: (texts) => {
    const read = numbers(texts);
    return 'value' in read ? { value: read.value[0] } : read;
  },
  boolean: ([text = '']) => {
    const value = goBool(text);
    return value === undefined ? { message: 'must be true or false' } : { value };
  },
  texts: (texts) => ({ value: texts }),
  numbers,
  table: (texts) => {
    const entries = texts.map((text) => [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]);
    const isWhole = texts.every((text) => text.indexOf(':') > 0);
    return isWhole ? { value: Object.fromEntries(entries) as unknown } : { message: 'must be key:value' };
  },
};

function numbers(texts: readonly string[]): { readonly value: number[] } | { readonly message: string } {
  const isWhole = texts.every((text) => /^-?\d{1,15}$/.test(text));
  return isWhole ? { value: texts.map(Number) } : { message: 'must be a whole number' };
}
