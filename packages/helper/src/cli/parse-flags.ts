import { UsageError } from '../errors.ts';
import type { Flag, Flags, Values } from './flags.ts';

/** A command line that was understood. */
export interface Parsed<F extends Flags> {
  readonly values: Values<F>;
  /** What follows the flags. */
  readonly rest: readonly string[];
}

/**
 * Reads flags as Go's programs do: `--name value`, `--name=value`, one dash or two, up to the first argument that is no
 * flag, or `--`. The value is taken as it is, whatever it begins with.
 * @throws UsageError naming the flag or the variable, and what would be right
 */
export function parseFlags<F extends Flags>(
  flags: F,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed<F> {
  const { given, rest } = collect(flags, argv);
  const entries = Object.entries(flags).map(([name, flag]) => [name, readFlag(name, flag, given.get(name) ?? [], env)]);
  return { values: Object.fromEntries(entries) as Values<F>, rest };
}

function collect(flags: Flags, argv: readonly string[]): { given: Map<string, string[]>; rest: readonly string[] } {
  const given = new Map<string, string[]>();
  let at = 0;
  for (; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    if (argument === '--') return { given, rest: argv.slice(at + 1) };
    const [, name, inline] = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(argument) ?? [];
    if (name === undefined) break;
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw new UsageError(`unknown flag --${name}; known are ${namesOf(flags)}`);
    let value = inline;
    if (value === undefined && !flag.takesValue) value = 'true';
    if (value === undefined) {
      at += 1;
      value = argv[at];
    }
    if (value === undefined) throw new UsageError(`--${name} needs a value: ${flag.expects}`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return { given, rest: argv.slice(at) };
}

function readFlag(
  name: string,
  flag: Flag<unknown>,
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  if (flag.unused) return undefined;
  if (given.length > 0) return known(flag.read(given), `--${name}`, flag.expects);
  const fromEnv = flag.env === undefined ? undefined : env[flag.env];
  if (fromEnv === undefined || fromEnv === '') return flag.read([]);
  const value = flag.read([fromEnv]);
  if (value === undefined && flag.lenientEnv) return flag.read([]);
  return known(value, `the variable ${flag.env}`, flag.expects);
}

/** The value itself is left out of the error: it may be a secret that went into the wrong place. */
function known<T>(value: T | undefined, source: string, expects: string): T {
  if (value === undefined) throw new UsageError(`${source} must be ${expects}`);
  return value;
}

function namesOf(flags: Flags): string {
  return Object.keys(flags)
    .map((name) => `--${name}`)
    .join(', ');
}
