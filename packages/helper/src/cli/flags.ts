import { parseBool, parseDuration } from './go-values.ts';

/** One flag of a command: how its values, in the order given, become what the command works with. */
export interface Flag<T> {
  /** False for a switch, which stands alone or has its value behind `=`. */
  readonly takesValue: boolean;
  /** The variable that gives the value where the command line has none; an empty one counts as not set. */
  readonly env?: string;
  /** Whether what the variable holds may be nonsense, and then counts as not set: feature flags. */
  readonly lenientEnv?: boolean;
  /** @returns the value, or undefined for what cannot be one */
  read(values: readonly string[]): T | undefined;
  /** What a value looks like, for errors. */
  readonly expects: string;
  /** GitLab has this flag; here it has no effect. */
  readonly unused?: true;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What a command's flags are set to. */
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

const last = (values: readonly string[]): string => values.at(-1) ?? '';

/** A text; the last one given counts. */
export function text(fallback: string, env?: string): Flag<string> {
  return {
    takesValue: true,
    ...(env !== undefined && { env }),
    expects: 'a text',
    read: (values) => (values.length === 0 ? fallback : last(values)),
  };
}

/** All the texts given. */
export function list(): Flag<readonly string[]> {
  return { takesValue: true, expects: 'a text', read: (values) => values };
}

/** A switch, off by default. */
export function toggle(env?: string): Flag<boolean> {
  return {
    takesValue: false,
    ...(env !== undefined && { env, lenientEnv: true }),
    expects: 'true or false',
    read: (values) => (values.length === 0 ? false : parseBool(last(values))),
  };
}

/** A whole number. */
export function integer(fallback: number, env?: string): Flag<number> {
  return {
    takesValue: true,
    ...(env !== undefined && { env }),
    expects: 'a whole number',
    read(values) {
      if (values.length === 0) return fallback;
      const value = last(values);
      return /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
    },
  };
}

/** A duration in Go's notation. @param fallback milliseconds, as is the value */
export function duration(fallback: number): Flag<number> {
  return {
    takesValue: true,
    expects: 'a duration such as 90s or 1h0m0s',
    read: (values) => (values.length === 0 ? fallback : parseDuration(last(values))),
  };
}

/** A flag with a value that GitLab has, and that changes nothing here. */
export const unused: Flag<undefined> = { takesValue: true, expects: 'a text', read: () => undefined, unused: true };

/** The same for a switch. */
export const unusedSwitch: Flag<undefined> = { ...unused, takesValue: false };
